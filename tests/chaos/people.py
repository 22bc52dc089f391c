"""The people of a chaos run, made as the demo makes its own, and what they do over HTTP and Kafka.

Educators come from `ops.demo.cohort.June`, so that each has a license that ends and credits that earn its renewal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import orjson

from ops.demo.cohort import PASSWORD, Cohort, June
from ops.demo.run import IMPORTS
from ops.faces import Faces
from ops.imports import import_when_known

OPTION = "AA-CEU"
Headers = list[tuple[str, bytes]]


@dataclass(frozen=True)
class License:
    """An educator's license, as credentials keeps it."""

    license_id: str
    person_id: str
    number: str

    @property
    def place(self) -> int:
        """The educator's place in the cohort."""
        return int(self.number[-6:])


class Reachable(June):
    """The demo's educators, each with an e-mail address."""

    def people(self) -> bytes:
        header, *rows = super().people().decode().splitlines()
        made = [f"{header},email", *(f"{row},educator{n}@example.org" for n, row in enumerate(rows))]
        return "\n".join(made).encode()


LICENSES = "SELECT license_id, person_id, number FROM license WHERE number LIKE :pattern ORDER BY number"


@dataclass
class Town:
    """Everybody of a run, and the services' faces."""

    faces: Faces
    june: June
    signed_in: dict[str, Faces] = field(default_factory=dict)

    @classmethod
    def of(cls, faces: Faces, today: date, count: int, number: int = 1) -> "Town":
        return cls(faces, Reachable(Cohort(number, today), count))

    def person(self, user: str) -> Faces:
        """Somebody, signed in at the first request."""
        if user not in self.signed_in:
            self.signed_in[user] = self.faces.of(user, PASSWORD)
        return self.signed_in[user]

    @property
    def officer(self) -> Faces:
        return self.person(self.june.cohort.user("cynthia.marsh"))

    @property
    def loader(self) -> Faces:
        """Also the operator."""
        return self.person(self.june.cohort.user("paul.stennis"))

    @property
    def shop(self) -> Faces:
        return self.person(self.june.cohort.user("gloria.tate"))

    def chief(self, place: int) -> Faces:
        """The superintendent of the district of the educator at this place."""
        return self.person(self.june.chief_user(place % 40))

    async def found(self) -> None:
        """Imports organizations, people, roles, licenses and credits: the demo's few, and the educators."""
        for what in IMPORTS:
            await self._import(what, self.june.cohort.file(what))
        june = self.june
        for what, content in (
            ("organizations", june.organizations()), ("people", june.superintendents()), ("roles", june.roles()),
            ("people", june.people()), ("licenses", june.licenses()), ("credits", june.credits()),
        ):  # fmt: skip
            await self._import(what, content)

    async def _import(self, what: str, content: bytes) -> None:
        answer = await import_when_known(self.faces, what, content, tries=120)
        assert not answer["errors"], f"{what}: {answer['errors'][:3]}"

    async def file(self, licenses: Sequence[License]) -> dict[str, str]:
        """Files for these; the applications' ids by their license's."""
        rows = [
            {"person_id": each.person_id, "license_id": each.license_id, "option": OPTION,
             "license_number": each.number}
            for each in licenses
        ]  # fmt: skip
        answer = await self.loader.post("renewals", "/import/applications", {"applications": rows})
        assert answer["filed"] == len(rows), [row for row in answer["rows"] if row["outcome"] != "filed"][:2]
        return {each.license_id: row["application_id"] for each, row in zip(licenses, answer["rows"], strict=True)}

    async def approve(self, license: License, application_id: str) -> None:
        """Its superintendent sees the originals and approves."""
        chief = self.chief(license.place)
        await chief.post("renewals", "/queue/originals", {"application_ids": [application_id]})
        await chief.post("renewals", f"/applications/{application_id}/approve")

    async def decide(self, license: License, application_id: str, what: str) -> None:
        """`return`, `deny` or `undo`, with a reason."""
        body = {"reason": "The certificate lacks a signature."}
        await self.chief(license.place).post("renewals", f"/applications/{application_id}/{what}", body)


# ---- what agencies say -----------------------------------------------------------------------------------------------


def headers(name: str, event_id: str = "", source: str = "/mde/loads") -> Headers:
    """An agency's event's headers."""
    found = {"ce_specversion": "1.0", "ce_id": event_id or str(uuid4()), "ce_type": f"elms.inbound.{name}.v1",
             "ce_source": source}  # fmt: skip
    return [(key, value.encode()) for key, value in found.items()]


def award(june: June, place: int, reference: str, amount: str = "0.5") -> bytes:
    """A credit for the educator at this place."""
    return orjson.dumps({
        "educator_number": june.educator(place), "reference": reference, "unit": "ceu", "amount": amount,
        "contact_hours": str(int(float(amount) * 10)), "title": f"Data in the Classroom, part {place}",
        "provider": "MDE eLearning",
        "completed_on": str(date(june.cohort.end - 2, 8, 1) + timedelta(days=place % 200)),
    })  # fmt: skip


def recall(june: June, place: int, reference: str) -> bytes:
    """That credit is taken back."""
    return orjson.dumps(
        {"educator_number": june.educator(place), "reference": reference, "reason": "The course was not held"}
    )


def assigned(june: June, place: int, district: int, first_day: date) -> bytes:
    """A roster's line: the educator works for a district from a day on."""
    body = {"educator_number": june.educator(place), "organization_code": f"JUNE-{district:02}"}
    return orjson.dumps(body | {"first_day": str(first_day)})


def action(june: June, place: int, on: date) -> bytes:
    """Another state reports an action."""
    return orjson.dumps({"educator_number": june.educator(place), "kind": "reprimand", "on": str(on), "note": "n"})


def report(piece: str, lease: int, outcome: str, at: str) -> bytes:
    """What the shop says of a piece."""
    return orjson.dumps({"piece_id": piece, "lease": lease, "outcome": outcome, "at": at})
