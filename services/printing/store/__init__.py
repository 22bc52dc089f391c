"""Every SQL statement of printing, set-based. `find_…` may return None, `get_…` raises."""
