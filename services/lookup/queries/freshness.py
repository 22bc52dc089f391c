"""How fresh the look-up is: until when everything that was said is shown."""

from datetime import UTC, datetime, timedelta

from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Value
from shared.messaging.work import Work

BEHIND_AFTER = timedelta(seconds=5)
TOPICS = [event.TOPIC.name for event in (LicenseState, PersonState, OrganizationState)]


class Freshness(Value):
    """`as_of`: what was said before it is shown (business time; None: not known yet). `behind`: say so."""

    as_of: datetime | None
    behind: bool


async def freshness(work: Work) -> Freshness:
    """The least fresh of the topics that are read."""
    sql = """SELECT count(*) AS topics, min(read_until) AS read_until FROM freshness
             WHERE consumer = ANY(CAST(:topics AS text[]))"""
    row = await work.row(sql, topics=TOPICS)
    if row is None or row.topics < len(TOPICS):
        return Freshness(as_of=None, behind=True)
    age = max(datetime.now(UTC) - row.read_until, timedelta())  # real time; business time runs beside it
    return Freshness(as_of=work.now - age, behind=age > BEHIND_AFTER)
