"""The reference subscriber: a small service that hears facts and states, keeps what they say, and says more.

`boom` fails as often as a test has asked for, in the way that it has asked for.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Integer, Table, Uuid

from shared.contracts import Fact, Kind, State, Topic
from shared.ids import LicenseId
from shared.messaging.hears import Events, hears
from shared.messaging.tables import service_metadata
from shared.messaging.work import Work
from shared.runtime import Runtime
from shared.service import Service

INPUT = Topic("reference.input.facts.v1", Kind.FACTS, "tests", "what the reference subscriber hears")
OUTPUT = Topic("reference.output.facts.v1", Kind.FACTS, "reference", "what it says")
STATES = Topic("reference.states.state.v1", Kind.STATE, "tests", "states that it shows")


class Added(Fact, topic=INPUT, key="license_id"):
    """A number is to be added to a license's list."""

    license_id: LicenseId
    number: int


class Counted(Fact, topic=OUTPUT, key="license_id"):
    """The sum that resulted."""

    license_id: LicenseId
    total: int


class Noted(Fact, topic=OUTPUT, key="license_id"):
    """Something of any length."""

    license_id: LicenseId
    text: str


class Shown(State, topic=STATES, key="license_id"):
    """A value to show."""

    license_id: LicenseId
    value: int


metadata = service_metadata()
Table(
    "added",
    metadata,
    Column("place", BigInteger, Identity(), primary_key=True),
    Column("license_id", Uuid),
    Column("number", Integer),
)
for table, column in (("total", "sum"), ("shown", "value")):
    Table(
        table,
        metadata,
        Column("license_id", Uuid, primary_key=True),
        Column(column, Integer),
        Column("version", BigInteger),
    )

boom: Callable[[Added], None] = lambda event: None  # noqa: E731
seen: Counter[int] = Counter()


def fail_with(failure: Callable[[Added], None]) -> None:
    """From now on the handler asks `failure` about each event first."""
    global boom  # noqa: PLW0603
    boom = failure


@hears(Added, locks="license_id")
async def add_on_added(events: Events[Added], work: Work) -> None:
    """Add each number to its license's list, and say the new sum."""
    for event in events:
        seen[event.number] += 1
        boom(event)
    ids = [event.license_id for event in events]
    numbers = [event.number for event in events]
    await work.run(
        """INSERT INTO added (license_id, number)
           SELECT license_id, number
           FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS int[])) WITH ORDINALITY
                AS given (license_id, number, place) ORDER BY place""",
        ids=ids, numbers=numbers,
    )  # fmt: skip
    rows = await work.rows(
        """INSERT INTO total (license_id, sum, version)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS int[]), CAST(:versions AS bigint[]))
           ON CONFLICT (license_id) DO UPDATE SET sum = total.sum + excluded.sum, version = total.version + 1
           RETURNING license_id, sum, version""",
        ids=ids, numbers=numbers, versions=[work.next_version()] * len(ids),
    )  # fmt: skip
    found: dict[Any, Any] = {row.license_id: row for row in rows}
    for event in events:
        row = found[event.license_id]
        work.say(Counted(license_id=event.license_id, total=row.sum), version=row.version, because=event)
        work.intend("tell", str(event.said.id), {"number": event.number}, because=event)


@hears(Shown, locks="license_id")
async def show_on_shown(states: Events[Shown], work: Work) -> None:
    """Show each value, unless a later one is already shown."""
    await work.run(
        """INSERT INTO shown (license_id, value, version)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:values AS int[]), CAST(:versions AS bigint[]))
           ON CONFLICT (license_id) DO UPDATE SET value = excluded.value, version = excluded.version
           WHERE excluded.version > shown.version""",
        ids=[s.license_id for s in states], values=[s.value for s in states], versions=[s.said.version for s in states],
    )  # fmt: skip


async def tell(runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """The outside hears nothing of it."""


reference = Service(
    name="reference",
    about="The reference subscriber of the conformance suite.",
    metadata=metadata,
    handlers=SimpleNamespace(add=add_on_added, show=show_on_shown),  # type: ignore[arg-type]
    publishes=(Counted, Noted),
    outside={"tell": tell},
)
TOPICS = (INPUT, OUTPUT, STATES)
