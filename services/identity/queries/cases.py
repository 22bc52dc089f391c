"""Open cases, side by side with the people they resemble, for whoever decides them."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.identity.crypto.identifiers import open_claim
from services.identity.crypto.sealing import Vault
from services.identity.domain.person import Person
from services.identity.store import cases, people
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work

DIFFERS = {
    "name": "The name differs.",
    "birth_date": "The birth date differs.",
    "ssn": "The Social Security number differs.",
    "ssn_last_four": "The last four digits of the Social Security number differ.",
    "license_number": "The license number differs.",
}


async def open_cases(work: Work, vault: Vault, district_id: OrganizationId | None) -> list[dict[str, Any]]:
    """The open cases of a district, or all; who reads them is recorded."""
    found = await cases.open_cases(work, None if district_id is None else [district_id])
    known = await people.find_people(work, sorted({person for case in found for person in case.person_ids}))
    for case in found:
        work.audit("case.read", case.case_id, reference=case.reference)
    return [_shown(case, vault, known) for case in found]


def _shown(case: cases.Case, vault: Vault, known: Mapping[PersonId, Person]) -> dict[str, Any]:
    assert case.sealed_claim is not None  # an open case has its claim
    profile, _ = open_claim(vault, case.case_id, case.sealed_claim)
    return {
        "case_id": case.case_id,
        "reference": case.reference,
        "district_id": case.district_id,
        "opened_at": case.opened_at,
        "differing": _in_words(case.differing),
        "claimed": {
            "name": profile.name.model_dump(),
            "email": profile.contact.email,
            "phone": profile.contact.phone,
            "license_number": profile.license_number,
        },
        "people": [_alike(known[person_id]) for person_id in case.person_ids if person_id in known],
    }


def _in_words(differing: Sequence[str]) -> list[str]:
    """What differs; where the whole SSN does, its last four are not named as well."""
    passed_over = {"ssn_last_four"} if "ssn" in differing else set()
    return [text for trait, text in DIFFERS.items() if trait in differing and trait not in passed_over]


def _alike(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "educator_number": person.educator_number,
        "name": person.name.model_dump(),
        "former_names": [name.full for name in person.former_names],
        "districts": list(person.districts),
    }
