"""What tests of the door need: agencies that speak, services that answer, and receipts that are read."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused, LicenseState
from shared.contracts.exchange import CreditAwarded, CreditTakenBack
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Name, Period, Reason
from shared.database import fetch
from shared.ids import LicenseId, OrganizationId, PersonId, new_id
from shared.messaging.hears import Events, hears
from shared.messaging.tables import service_metadata
from shared.messaging.work import Work
from shared.service import Service
from shared.testing.system import System

PERIOD = Period(effective_from=date(2025, 7, 1), valid_until=date(2030, 6, 30))
AWARD: dict[str, Any] = {
    "educator_number": "10000017",
    "reference": "W-2231",
    "unit": "ceu",
    "amount": 0.5,
    "contact_hours": 5,
    "title": "Reading in the early grades",
    "provider": "North Institute",
    "completed_on": "2026-02-20",
}


@hears(CreditAwarded, locks="person_id")
async def answer_awards(awards: Events[CreditAwarded], work: Work) -> None:
    """Stands for credentials: SEMI is refused, everything else counts."""
    for award in awards:
        common: dict[str, Any] = {"person_id": award.person_id, "credit_id": award.credit_id}
        if award.amount.unit == "semi":
            reason = Reason(code="credit-not-usable", text="SEMI doesn't renew this license.", field="unit")
            answer: CreditRefused | CreditRecorded = CreditRefused(**common, reason=reason, receipt_id=award.receipt_id)
        else:
            answer = CreditRecorded(
                **common,
                amount=award.amount,
                title=award.title,
                source=award.agency,
                receipt_id=award.receipt_id,
                counts_toward=PERIOD,
            )
        work.say(answer, version=1, because=award)


@hears(CreditTakenBack, locks="person_id")
async def answer_recalls(recalls: Events[CreditTakenBack], work: Work) -> None:
    """Stands for credentials: every recall is obeyed."""
    for recall in recalls:
        work.say(
            CreditRecalled(
                person_id=recall.person_id,
                credit_id=recall.credit_id,
                reason=recall.reason,
                receipt_id=recall.receipt_id,
            ),
            version=1,
            because=recall,
        )


credentials = Service(
    name="credentials_stub",
    about="Stands for credentials in the tests of the door.",
    metadata=service_metadata(),
    handlers=SimpleNamespace(awards=answer_awards, recalls=answer_recalls),  # type: ignore[arg-type]
    publishes=(CreditRecorded, CreditRefused, CreditRecalled),
)


def award(**changes: Any) -> bytes:
    """An award as an agency's system writes it; None leaves a field out."""
    return json.dumps({k: v for k, v in (AWARD | changes).items() if v is not None}).encode()


def headers(event_id: str = "1", name: str = "CreditsAwarded", source: str = "urn:mde:pd") -> list[tuple[str, bytes]]:
    found = {"ce_id": event_id, "ce_source": source, "ce_type": f"elms.inbound.{name}.v1", "ce_specversion": "1.0"}
    return [(key, value.encode()) for key, value in found.items()]


def person(number: str = "10000017", last: str = "Núñez-Reed", **more: Any) -> PersonState:
    return PersonState(
        **{"person_id": PersonId(new_id()), "educator_number": number, "name": Name(first="Ana", last=last)} | more
    )


def license_of(person_id: PersonId, number: str = "245178") -> LicenseState:
    return LicenseState(
        license_id=LicenseId(new_id()), public_id="x", number=number, person_id=person_id, license_class="A",
        license_type="standard", endorsements=(), periods=(), standing="good",
    )  # fmt: skip


def district(code: str = "0400") -> OrganizationState:
    return OrganizationState(organization_id=OrganizationId(new_id()), code=code, name="Bay", kind="district")


async def rows(system: System, sql: str, **parameters: Any) -> list[Any]:
    async with system.processes["exchange"][0].runtime.database.begin() as connection:
        return list(await fetch(connection, sql, **parameters))


async def said(system: System, topic: str) -> list[dict[str, Any]]:
    """Everything on a topic: each value with its `type`, by the time it was said."""
    return [json.loads(record.value) | {"type": _type(record.headers)} for record in await system.read(topic)]


def _type(found: Any) -> str:
    return str(dict(found)["ce_type"].decode().split(".")[2])


async def receipts(system: System, agency: str = "mde") -> list[dict[str, Any]]:
    return await said(system, f"outbound.{agency}.receipts.v1")


def recall(**changes: Any) -> bytes:
    """A recall of the award."""
    found = {"educator_number": "10000017", "reference": "W-2231", "reason": "The course was not held"} | changes
    return json.dumps(found).encode()
