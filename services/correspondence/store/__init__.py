"""Every SQL statement of correspondence, set-based. `find_…` may return None, `get_…` raises."""
