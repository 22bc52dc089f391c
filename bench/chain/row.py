"""The row “whole chain”: how it is run and how it is counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from bench.chain.cohort import SERVICES, fill
from bench.stage import Miscounted, Stage
from shared.contracts import Topic, agency_topics
from shared.contracts.topics import LICENSE_STATES, LICENSES, PRINTING, RENEWALS, TOPICS
from shared.settings import Settings

Said = Mapping[Topic, Sequence[str]]
Done = Mapping[str, Mapping[str, str]]

SAID: Said = {
    RENEWALS: ("RenewalApproved", "ApplicationCompleted"),
    LICENSES: ("LicenseRenewed",),
    LICENSE_STATES: ("LicenseState",),
    PRINTING: ("PrintJobQueued",),
}
"""What one renewal leads to, by topic."""

SPEAKING = ("renewals", "credentials", "printing")
"""The services of the chain that have an outbox."""

DONE: Done = {
    "credentials": {
        "extended once": "SELECT count(*) FROM license WHERE jsonb_array_length(periods) = 2 AND version > 1",
        "credits spent": "SELECT count(*) FROM reservation WHERE state = 'spent'",
    },
    "renewals": {
        "completed": "SELECT count(*) FROM application WHERE state = 'completed' AND decided_at IS NOT NULL",
        "places free": "SELECT count(*) FROM application WHERE decided_at IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM open_application AS open WHERE open.application_id = application.application_id)",
        "approved once": "SELECT count(*) FROM history WHERE what = 'approved'",
        "renewed once": "SELECT count(*) FROM history WHERE what = 'renewed'",
        "paper noted": "SELECT count(*) FROM application WHERE paper = 'paper-queued' AND prints_on IS NOT NULL",
        "paper noted once": "SELECT count(*) FROM history WHERE what = 'paper-queued'",
    },
    "lookup": {"shown": "SELECT count(*) FROM shown.license WHERE jsonb_array_length(periods) = 2"},
    "printing": {
        "jobs": "SELECT count(*) FROM job WHERE state = 'queued'",
        "one job each": "SELECT count(DISTINCT license_id) FROM job",
        "known": "SELECT count(*) FROM license WHERE jsonb_array_length(ends) = 2",
    },
    "correspondence": {
        "letters": "SELECT count(*) FROM letter WHERE kind = 'renewed'",
        "one letter each": "SELECT count(DISTINCT person_id) FROM letter",
    },
}
"""What must be counted in each service's database, N of N; each also tells that nothing was done twice."""


async def run(stage: Stage) -> None:
    """The contender is warmed with a few renewals; then all others are approved, and timed until all is done."""
    total = stage.warm + stage.events
    await stage.migrate(SERVICES)
    await stage.topics(*TOPICS, *agency_topics(Settings().agencies))
    await stage.program.prepare(stage.services)
    await fill(stage.services, 1, total)
    await stage.start()
    await stage.tell(f"1 {stage.warm} 0")
    await until_done(stage, stage.warm)
    async with stage.clock():
        await stage.tell(f"{stage.warm + 1} {total} 0")
        await until_done(stage, total)
    await verify(stage, total)


async def until_done(stage: Stage, count: int, done: Done = DONE, said: Said = SAID) -> None:
    """Waits until so many renewals have gone through everything, and all outboxes are empty."""
    for topic, types in said.items():
        await stage.until_on_topic(topic, count * len(types))
    for service, questions in done.items():
        asked = {**questions, **({"outbox empty": _emptied(stage, count)} if service in SPEAKING else {})}
        for what, sql in asked.items():
            await stage.until(partial(_reached, stage, service, sql, count), f"not {count} {what} in {service}", 0.05)


def _emptied(stage: Stage, count: int) -> str:
    """Asks for `count`, less what waits in the contender's outbox."""
    return f"SELECT {count} - count(*) FROM {stage.program.OUTBOX}"


async def _reached(stage: Stage, service: str, sql: str, count: int) -> bool:
    return bool((await stage.ask(service, sql))[0] >= count)


async def verify(stage: Stage, count: int, done: Done = DONE, said: Said = SAID) -> None:
    """Everything was done once, and said once. Raises `Miscounted`."""
    for service, questions in done.items():
        for what, sql in questions.items():
            found = (await stage.ask(service, sql))[0]
            if found != count:
                raise Miscounted(f"{stage.module}: {service}, {what}: {found} instead of {count}")
    for topic, types in said.items():
        found, ids = Counter[str](), set()
        for record in await stage.said(topic):
            headers = dict(record.headers)
            found[headers["ce_type"].decode().split(".")[-2]] += 1
            ids.add(headers["ce_id"])
        if found != dict.fromkeys(types, count) or len(ids) != found.total():
            raise Miscounted(f"{stage.module}: {topic.name} has {dict(found)} with {len(ids)} ids, not {count} each")
