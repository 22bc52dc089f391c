"""Open cases, side by side with the people they resemble, for whoever decides them."""

from typing import Any

from services.identity.crypto.identifiers import open_claim
from services.identity.crypto.sealing import Vault
from services.identity.domain.person import Person
from services.identity.store import cases, people
from shared.ids import OrganizationId
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


def _shown(case: cases.Case, vault: Vault, known: dict[Any, Person]) -> dict[str, Any]:
    assert case.sealed_claim is not None  # an open case has its claim
    profile, _ = open_claim(vault, case.case_id, case.sealed_claim)
    differing = [text for trait, text in DIFFERS.items() if trait in case.differing]
    if "ssn" in case.differing:
        differing.remove(DIFFERS["ssn_last_four"]) if DIFFERS["ssn_last_four"] in differing else None
    return {
        "case_id": case.case_id,
        "reference": case.reference,
        "district_id": case.district_id,
        "opened_at": case.opened_at,
        "differing": differing,
        "claimed": {
            "name": profile.name.model_dump(),
            "email": profile.contact.email,
            "phone": profile.contact.phone,
            "license_number": profile.license_number,
        },
        "people": [
            {
                "person_id": person_id,
                "educator_number": known[person_id].educator_number,
                "name": known[person_id].name.model_dump(),
                "former_names": [name.full for name in known[person_id].former_names],
                "districts": list(known[person_id].districts),
            }
            for person_id in case.person_ids
            if person_id in known
        ],
    }
