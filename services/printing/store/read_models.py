"""What printing knows of people, addresses and licenses: the latest version that it has heard."""

from collections.abc import Sequence

import orjson

from services.printing.domain.jobs import envelope
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import MailingState, PersonState
from shared.messaging.work import Work


async def save_people(work: Work, states: Sequence[PersonState]) -> None:
    """Each person as last said, unless a later state is known."""
    await work.run(
        """INSERT INTO person AS known (person_id, version, name, merged_into)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:names AS text[]),
                                CAST(:merged AS uuid[]))
           ON CONFLICT (person_id) DO UPDATE
           SET version = excluded.version, name = excluded.name, merged_into = excluded.merged_into
           WHERE excluded.version > known.version""",
        ids=[state.person_id for state in states],
        versions=[state.said.version for state in states],
        names=[state.name.full for state in states],
        merged=[state.merged_into for state in states],
    )


async def save_mailing(work: Work, states: Sequence[MailingState]) -> None:
    """Each address as last said, unless a later one is known."""
    await work.run(
        """INSERT INTO mailing AS known (person_id, version, lines, postal_code)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:lines AS jsonb[]),
                                CAST(:codes AS text[]))
           ON CONFLICT (person_id) DO UPDATE
           SET version = excluded.version, lines = excluded.lines, postal_code = excluded.postal_code
           WHERE excluded.version > known.version""",
        ids=[state.person_id for state in states],
        versions=[state.said.version for state in states],
        lines=[_json(envelope(state.address)) for state in states],
        codes=[state.address.postal_code if state.address else "" for state in states],
    )


LICENSES = """INSERT INTO license AS known
              (license_id, version, number, person_id, public_id, license_type, license_class, endorsements,
               standing, periods, ends)
       SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:numbers AS text[]),
                            CAST(:people AS uuid[]), CAST(:public_ids AS text[]), CAST(:types AS text[]),
                            CAST(:classes AS text[]), CAST(:endorsements AS jsonb[]), CAST(:standings AS text[]),
                            CAST(:periods AS jsonb[]), CAST(:ends AS jsonb[]))
       ON CONFLICT (license_id) DO UPDATE
       SET version = excluded.version, number = excluded.number, person_id = excluded.person_id,
           public_id = excluded.public_id, periods = excluded.periods,
           license_type = excluded.license_type, license_class = excluded.license_class,
           endorsements = excluded.endorsements, standing = excluded.standing, ends = excluded.ends
       WHERE excluded.version > known.version"""


async def save_licenses(work: Work, states: Sequence[LicenseState]) -> None:
    """Each license as last said, unless a later state is known."""
    await work.run(
        LICENSES,
        ids=[state.license_id for state in states],
        versions=[state.said.version for state in states],
        numbers=[state.number for state in states],
        people=[state.person_id for state in states],
        public_ids=[state.public_id for state in states],
        types=[state.license_type for state in states],
        classes=[state.license_class for state in states],
        endorsements=[_json(state.endorsements) for state in states],
        standings=[state.standing for state in states],
        periods=[_json([[p.effective_from, p.valid_until] for p in state.periods]) for state in states],
        ends=[_json([period.valid_until for period in state.periods]) for state in states],
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
