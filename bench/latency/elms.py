"""The way of one approval through ELMS: renewals says it, credentials extends the license, the look-up shows it."""

import uvloop

from bench.chain import elms
from bench.chain.cohort import fill

SERVICES = ("renewals", "credentials", "lookup")
APPROVED = "renewals", "SELECT application_id, pg_xact_commit_timestamp(xmin) FROM history WHERE what = 'approved'"
SHOWN = "lookup", "SELECT license_id, pg_xact_commit_timestamp(xmin) FROM shown.license WHERE version > 1"


async def prepare(databases: dict[str, str], count: int) -> None:
    """Makes the renewals to approve."""
    await fill(databases, 1, count)


if __name__ == "__main__":
    uvloop.run(elms.main(None, SERVICES[1:], roles=("relay",)))
