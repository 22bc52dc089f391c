"""Which letter a fact leads to, and how its text is made: decisions on values."""
