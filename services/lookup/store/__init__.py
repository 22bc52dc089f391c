"""Every SQL statement that changes what the look-up keeps, set-based."""
