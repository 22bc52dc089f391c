"""HTTP in. Each route says who may ask; each module is one part of the face.

signing_in     sign-in, sessions, the public keys
recovery       PINs by mail, new passwords
profiles       creating a profile; the cases that a person decides
people         a person's own data; officers' view of others; merging
organizations  districts, staff, roles, delegations, absences; who may approve
imports        people, organizations and roles of a predecessor system
"""

from services.identity.api import imports, organizations, people, profiles, recovery, roles, signing_in

ROUTERS = tuple(module.router for module in (signing_in, recovery, profiles, people, organizations, roles, imports))
