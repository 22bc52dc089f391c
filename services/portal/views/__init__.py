"""One module per area of the site: which services are asked, and which page shows their answers."""

from services.portal.views import account, applications, development, home, public, queue, renew

AREAS = (public, account, home, development, renew, applications, queue)
ROUTERS = tuple(area.router for area in AREAS)
