"""HTTP in. Each route says who may ask; each module is one part of the face.

signing_in     sign-in, sessions, the public keys
recovery       PINs by mail, new passwords
profiles       creating a profile; the cases that a person decides
people         a person's own data; officers' view of others; merging
organizations  districts and other organizations, their staff; who may approve now
roles          dated roles, delegations, absences
imports        people, organizations and roles of a predecessor system
"""

from services.identity.api.imports import router as imports_router
from services.identity.api.organizations import router as organizations_router
from services.identity.api.people import router as people_router
from services.identity.api.profiles import router as profiles_router
from services.identity.api.recovery import router as recovery_router
from services.identity.api.roles import router as roles_router
from services.identity.api.signing_in import router as signing_in_router

ROUTERS = (
    signing_in_router,
    recovery_router,
    profiles_router,
    people_router,
    organizations_router,
    roles_router,
    imports_router,
)
