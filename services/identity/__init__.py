"""Identity: who people are.

Owns people (their SSN and birth date sealed), accounts, sessions and signing keys, organizations, dated roles
and delegations. Hears rosters that came in at the door (StaffAssigned, StaffReleased). Says who registered,
moved, was renamed, merged, and the state of people, mailing addresses and organizations. Answers who may
approve for which district, at this moment.
"""
