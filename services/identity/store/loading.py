"""What an import writes: thousands of rows in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.identity.domain.names import name_key
from services.identity.domain.person import Person, Traits
from services.identity.domain.usernames import uniqueness_key
from shared.ids import PersonId
from shared.messaging.work import Work


@dataclass(frozen=True)
class Loaded:
    """One person to load, with what is kept of their identifiers, and their account if they have one."""

    person: Person
    traits: Traits
    source: str
    external_id: str
    license_numbers: tuple[str, ...] = ()
    user_name: str = ""
    password_hash: str = ""
    must_change: bool = True


async def known_rows(
    work: Work, source: str, external_ids: Sequence[str], numbers: Sequence[str]
) -> tuple[set[str], set[str]]:
    """Which of these external ids of the source, and which educator numbers, are there already."""
    rows = await work.rows(
        """SELECT external_id, educator_number FROM person
           WHERE (source = :source AND external_id <> '' AND external_id = ANY(CAST(:external_ids AS text[])))
              OR educator_number = ANY(CAST(:numbers AS text[]))""",
        source=source, external_ids=list(external_ids), numbers=list(numbers),
    )  # fmt: skip
    return {row.external_id for row in rows if row.external_id}, {row.educator_number for row in rows}


async def insert_people(work: Work, loaded: Sequence[Loaded]) -> set[PersonId]:
    """New records; those that were there already stay as they are. The ids of the new ones."""
    people = [row.person for row in loaded]
    rows = await work.rows(
        """INSERT INTO person (id, version, educator_number, first, middle, last, suffix, name_key, address, email,
               phone, language, started_by, birth_mark, ssn_mark, last_four_mark, sealed_birth_date, sealed_ssn,
               license_numbers, source, external_id, created_at)
           SELECT id, :version, number, first, middle, last, suffix, name_key, address, email, phone, language, started,
                  birth_mark, ssn_mark, last_four_mark, born, ssn,
                  coalesce(string_to_array(nullif(licenses, ''), chr(31)), '{}'), source, external_id, :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS text[]), CAST(:firsts AS text[]),
                       CAST(:middles AS text[]), CAST(:lasts AS text[]), CAST(:suffixes AS text[]),
                       CAST(:name_keys AS text[]), CAST(:addresses AS jsonb[]), CAST(:emails AS text[]),
                       CAST(:phones AS text[]), CAST(:languages AS text[]), CAST(:started AS uuid[]),
                       CAST(:birth_marks AS text[]), CAST(:ssn_marks AS text[]), CAST(:last_four_marks AS text[]),
                       CAST(:born AS bytea[]), CAST(:ssns AS bytea[]), CAST(:licenses AS text[]),
                       CAST(:sources AS text[]), CAST(:external_ids AS text[]))
                AS given (id, number, first, middle, last, suffix, name_key, address, email, phone, language, started,
                          birth_mark, ssn_mark, last_four_mark, born, ssn, licenses, source, external_id)
           ON CONFLICT DO NOTHING RETURNING id""",
        version=work.next_version(), now=work.now,
        ids=[p.person_id for p in people], numbers=[p.educator_number for p in people],
        firsts=[p.name.first for p in people], middles=[p.name.middle for p in people],
        lasts=[p.name.last for p in people], suffixes=[p.name.suffix for p in people],
        name_keys=[name_key(p.name) for p in people],
        addresses=[p.address.model_dump_json() if p.address else None for p in people],
        emails=[p.email for p in people], phones=[p.phone for p in people],
        languages=[p.language for p in people], started=[p.started_by for p in people],
        birth_marks=[row.traits.birth_mark for row in loaded], ssn_marks=[row.traits.ssn_mark for row in loaded],
        last_four_marks=[row.traits.last_four_mark for row in loaded],
        born=[row.traits.sealed_birth_date for row in loaded], ssns=[row.traits.sealed_ssn for row in loaded],
        licenses=["\x1f".join(row.license_numbers) for row in loaded],
        sources=[row.source for row in loaded], external_ids=[row.external_id for row in loaded],
    )  # fmt: skip
    return {PersonId(row.id) for row in rows}


async def insert_accounts(work: Work, loaded: Sequence[Loaded]) -> set[PersonId]:
    """Accounts under these user names; the ids of those whose name was free."""
    rows = await work.rows(
        """INSERT INTO account (person_id, user_name, user_name_key, password_hash, must_change, assurance, created_at)
           SELECT person_id, user_name, key, password_hash, must_change, 'matched', :now
           FROM unnest(CAST(:people AS uuid[]), CAST(:names AS text[]), CAST(:keys AS text[]),
                       CAST(:hashes AS text[]), CAST(:must_change AS boolean[]))
                AS given (person_id, user_name, key, password_hash, must_change)
           ON CONFLICT DO NOTHING RETURNING person_id""",
        people=[row.person.person_id for row in loaded], names=[row.user_name for row in loaded],
        keys=[uniqueness_key(row.user_name) for row in loaded], hashes=[row.password_hash for row in loaded],
        must_change=[row.must_change for row in loaded], now=work.now,
    )  # fmt: skip
    return {PersonId(row.person_id) for row in rows}


async def find_people_by_names(
    work: Work, numbers: Sequence[str], user_names: Sequence[str]
) -> tuple[dict[str, PersonId], dict[str, PersonId]]:
    """People by educator number, and by user name."""
    by_number = await work.rows(
        "SELECT educator_number, id FROM person WHERE educator_number = ANY(CAST(:numbers AS text[]))",
        numbers=list(numbers),
    )
    by_user = await work.rows(
        "SELECT user_name, person_id FROM account WHERE user_name_key = ANY(CAST(:keys AS text[]))",
        keys=[uniqueness_key(name) for name in user_names],
    )
    return (
        {row.educator_number: PersonId(row.id) for row in by_number},
        {row.user_name: PersonId(row.person_id) for row in by_user},
    )


def replaced(loaded: Loaded, **parts: object) -> Loaded:
    """The same row with parts of its person replaced."""
    return replace(loaded, person=replace(loaded.person, **parts))  # type: ignore[arg-type]
