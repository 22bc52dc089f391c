"""Whom a claim may mean, and the identifiers by which people are matched: sealed and marked, never in the clear."""

from typing import Any

from services.identity.domain.matching import Claim, KnownPerson
from services.identity.domain.names import name_key
from services.identity.domain.person import Traits
from services.identity.store.people import PersonUnknown, former_names_of, name_of
from shared.ids import PersonId
from shared.messaging.work import Work


async def serialize_claims(work: Work, claim: Claim) -> None:
    """Two who claim to be one person at the same moment are answered one after the other."""
    await work.rows("SELECT pg_advisory_xact_lock(hashtextextended(:mark, 0))", mark=claim.birth_mark)


async def find_candidates(work: Work, claim: Claim) -> list[KnownPerson]:
    """Everybody whom a claim might mean, by each way two records can resemble each other (domain.matching)."""
    rows = await work.rows(
        """SELECT p.id, p.first, p.last, p.middle, p.suffix, p.former_names, p.birth_mark, p.ssn_mark,
                  p.last_four_mark, p.license_numbers, p.started_by,
                  EXISTS (SELECT FROM account a WHERE a.person_id = p.id AND a.closed_at IS NULL) AS has_account,
                  EXISTS (SELECT FROM role_grant g WHERE g.person_id = p.id AND g.revoked_at IS NULL) AS holds_roles
           FROM person p
           WHERE p.merged_into IS NULL AND (
                 (:birth_mark <> '' AND p.birth_mark <> '' AND p.birth_mark = :birth_mark)
              OR (:ssn_mark <> '' AND p.ssn_mark <> '' AND p.ssn_mark = :ssn_mark)
              OR (:last_four_mark <> '' AND p.last_four_mark <> '' AND p.last_four_mark = :last_four_mark
                  AND p.name_key = :name_key)
              OR p.license_numbers @> CAST(:license AS text[]) AND :license_number <> '')
           ORDER BY p.id""",
        birth_mark=claim.birth_mark, ssn_mark=claim.ssn_mark, last_four_mark=claim.last_four_mark,
        name_key=name_key(claim.name), license=[claim.license_number], license_number=claim.license_number,
    )  # fmt: skip
    return [_known(row) for row in rows]


async def add_traits(work: Work, person_id: PersonId, traits: Traits) -> None:
    """Keeps identifiers that the record did not have yet; what it has, stays."""
    await work.run(
        """UPDATE person SET
               birth_mark = CASE WHEN birth_mark = '' THEN :birth_mark ELSE birth_mark END,
               sealed_birth_date = coalesce(sealed_birth_date, :sealed_birth_date),
               sealed_ssn = CASE WHEN ssn_mark = '' AND (last_four_mark = '' OR :ssn_mark <> '')
                            THEN coalesce(:sealed_ssn, sealed_ssn) ELSE sealed_ssn END,
               ssn_mark = CASE WHEN ssn_mark = '' THEN :ssn_mark ELSE ssn_mark END,
               last_four_mark = CASE WHEN last_four_mark = '' THEN :last_four_mark ELSE last_four_mark END
           WHERE id = :id""",
        id=person_id, **vars(traits),
    )  # fmt: skip


async def replace_traits(work: Work, person_id: PersonId, traits: Traits) -> None:
    """Puts corrected identifiers in the place of those on file."""
    await work.run(
        """UPDATE person SET birth_mark = :birth_mark, ssn_mark = :ssn_mark, last_four_mark = :last_four_mark,
               sealed_birth_date = :sealed_birth_date, sealed_ssn = :sealed_ssn WHERE id = :id""",
        id=person_id, **vars(traits),
    )  # fmt: skip


async def get_traits(work: Work, person_id: PersonId) -> Traits:
    """The identifiers of one person, still sealed. Raises PersonUnknown."""
    row = await work.row(
        """SELECT birth_mark, ssn_mark, last_four_mark, sealed_birth_date, sealed_ssn
           FROM person WHERE id = :id""",
        id=person_id,
    )
    if row is None:
        raise PersonUnknown
    return Traits(**row)


def _known(row: Any) -> KnownPerson:
    return KnownPerson(
        person_id=PersonId(row.id),
        names=[name_of(row), *former_names_of(row)],
        birth_mark=row.birth_mark,
        ssn_mark=row.ssn_mark,
        last_four_mark=row.last_four_mark,
        license_numbers=frozenset(row.license_numbers),
        has_account=row.has_account,
        holds_roles=row.holds_roles,
        started_by=row.started_by,
    )
