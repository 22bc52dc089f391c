"""A file of SEMI credits from its first byte to the last receipt, and what it costs an approval meanwhile."""
