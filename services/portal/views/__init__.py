"""One module per area of the site: which services are asked, and which page shows their answers."""

from services.portal.views import (
    account,
    applications,
    dead_letters,
    development,
    directory,
    forecast,
    helping,
    home,
    letters,
    loads,
    me,
    office,
    operations,
    papers,
    people,
    printing,
    profile,
    public,
    queue,
    renew,
    roster,
    scans,
    selected,
)

_EDUCATOR = (home, development, renew, applications, letters, me, scans, papers)
_STAFF = (queue, selected, roster, forecast, directory, office, people, loads, printing, operations, dead_letters)
ROUTERS = tuple(area.router for area in (public, helping, account, profile, *_EDUCATOR, *_STAFF))
