"""SSN and birth date between their plain form, which lives for a moment, and what is stored and compared."""

from datetime import date
from uuid import UUID

import orjson

from services.identity.crypto.sealing import Vault
from services.identity.domain.matching import Claim
from services.identity.domain.person import Traits
from services.identity.domain.profile import Profile, SignIn
from shared.ids import PersonId


def claim_of(vault: Vault, profile: Profile) -> Claim:
    """What a profile is matched by: marks in the place of SSN and birth date."""
    return Claim(
        name=profile.name,
        birth_mark=vault.mark("birth_date", profile.birth_date.isoformat()),
        ssn_mark=vault.mark("ssn", profile.ssn),
        last_four_mark=vault.mark("ssn_last_four", profile.last_four),
        license_number=profile.license_number,
        district_id=profile.district_id,
    )


def traits_of(
    vault: Vault, person_id: PersonId, *, birth_date: date | None, ssn: str = "", last_four: str = ""
) -> Traits:
    """The identifiers as they are stored for one person: sealed for their own place, and marked."""
    born = birth_date.isoformat() if birth_date else ""
    known = ssn or last_four
    return Traits(
        birth_mark=vault.mark("birth_date", born),
        ssn_mark=vault.mark("ssn", ssn),
        last_four_mark=vault.mark("ssn_last_four", ssn[-4:] or last_four),
        sealed_birth_date=vault.seal(born.encode(), about=_place(person_id, "birth_date")) if born else None,
        sealed_ssn=vault.seal(known.encode(), about=_place(person_id, "ssn")) if known else None,
    )


def open_birth_date(vault: Vault, person_id: PersonId, traits: Traits) -> date | None:
    """The birth date again. Whoever calls this records who reads it."""
    if traits.sealed_birth_date is None:
        return None
    return date.fromisoformat(vault.open(traits.sealed_birth_date, about=_place(person_id, "birth_date")).decode())


def open_last_four(vault: Vault, person_id: PersonId, traits: Traits) -> str:
    """The last four digits of the SSN. Whoever calls this records who reads them; nothing shows more of it."""
    if traits.sealed_ssn is None:
        return ""
    return vault.open(traits.sealed_ssn, about=_place(person_id, "ssn")).decode()[-4:]


def seal_claim(vault: Vault, case_id: UUID, profile: Profile, sign_in: SignIn) -> bytes:
    """All that a claimant gave, sealed for one case."""
    plain = orjson.dumps({"profile": profile, "sign_in": sign_in}, default=lambda model: model.model_dump())
    return vault.seal(plain, about=f"case/{case_id}")


def open_claim(vault: Vault, case_id: UUID, sealed: bytes) -> tuple[Profile, SignIn]:
    """What the claimant gave. Whoever shows any of it records who reads it."""
    plain = orjson.loads(vault.open(sealed, about=f"case/{case_id}"))
    return Profile.from_plain(plain["profile"]), SignIn(**plain["sign_in"])


def _place(person_id: PersonId, field: str) -> str:
    return f"person/{person_id}/{field}"
