"""The services, one room plan each: see README.md."""
