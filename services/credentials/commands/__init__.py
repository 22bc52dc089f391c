"""What can be done: load → decide → save → say; never commits. A fixed number of statements for any number of events.

renewals    extend and undo, by approvals and their reversals
filings     is it earned: reserve the credits; free them again
loading     credits that agencies award
recalling   credits that agencies take back
entries     credits that educators enter and take out
officers    issue, hold, suspend, revoke, reinstate, change; close cases
passing     what time does: ends of licenses and of suspensions
people      who is who, after merges
importing   licenses and credits of a predecessor system
saying      how values become facts and states
"""
