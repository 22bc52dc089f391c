"""The wiring of the portal: pages only."""

from services.portal.site import create
from shared.service import Service

service = Service(name="portal", about="The web pages of ELMS.", mount=create)
