"""HTTP in. Each route says who may ask; each module is one part of the face.

educators   licenses, professional development, credits
districts   the forecast of lapses
officers    standing, holds, changes, new licenses, cases
scans       scans of certificates and transcripts
peers       what other services ask
imports     licenses and credits of a predecessor system; saying states again
"""

from services.credentials.api import districts, educators, imports, officers, peers, scans

ROUTERS = (educators.router, scans.router, districts.router, officers.router, peers.router, imports.router)
