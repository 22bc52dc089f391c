"""Every SQL statement of identity, set-based; find_* may return nothing, get_* raises.

people         records, matching candidates, employment, merges
accounts       user names, passwords, sessions, PINs, limits in time, signing keys
organizations  organizations, role grants, delegations, absences
cases          profiles that a person must compare
loading        what an import writes, thousands of rows at once
"""
