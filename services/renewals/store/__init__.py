"""Every SQL statement of renewals; each takes any number of rows. find_* may return None, get_* raises."""
