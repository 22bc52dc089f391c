"""What the public is told, how a name is searched, and how often: decisions on values."""
