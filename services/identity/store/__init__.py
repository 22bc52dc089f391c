"""Every SQL statement of identity, set-based; find_* may return nothing, get_* raises.

people         records, how they are found, merges
claims         whom a claim may mean; sealed and marked identifiers
employment     who works where
accounts       user names, passwords, sessions, PINs, limits in time, signing keys
organizations  organizations
roles          role grants, delegations, absences
cases          profiles that a person must compare
loading        what an import writes, thousands of rows at once
"""
