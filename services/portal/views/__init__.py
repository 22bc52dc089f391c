"""One module per area of the site: which services are asked, and which page shows their answers."""

from services.portal.views import account, home, public

ROUTERS = (public.router, account.router, home.router)
