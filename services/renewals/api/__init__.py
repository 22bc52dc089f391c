"""HTTP in. Each route says who may ask.

applications   the educator: file, read, withdraw
queue          approvers: the queue, claim, release, originals
many           approvers: approve, return, deny, originals of many at once
decisions      approvers: approve, return, deny, undo one
imports        the department: applications from a predecessor system
"""

from services.renewals.api import applications, decisions, imports, many, queue

ROUTERS = (applications.router, queue.router, many.router, decisions.router, imports.router)
