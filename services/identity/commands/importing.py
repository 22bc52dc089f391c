"""People, organizations and roles of a predecessor system. Loading a file again changes nothing that is there.

Sealing and hashing happen before a transaction, loading in bites of some thousand rows: no connection waits for
arithmetic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from services.identity.commands.organizations import grant_without_asking
from services.identity.commands.profiles import drawn_numbers
from services.identity.commands.saying import say_organizations, say_person
from services.identity.crypto.identifiers import traits_of
from services.identity.crypto.sealing import Vault
from services.identity.domain.files import PersonRow, RoleRow, RowError
from services.identity.domain.organizations import Organization
from services.identity.domain.person import Person
from services.identity.domain.roles import RULES, RoleGrant
from services.identity.store import employment, loading, people
from services.identity.store import organizations as organization_store
from shared.contracts.identity import PersonRegistered
from shared.ids import OrganizationId, PersonId, named_id, new_id
from shared.messaging.work import Work

BITE = 1000
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
_EVER = date(2000, 1, 1)


@dataclass
class Report:
    """What came of a file, or would come of it."""

    read: int = 0
    new: int = 0
    known: int = 0
    errors: list[RowError] = field(default_factory=list)


def prepare_all(
    rows: Sequence[PersonRow], source: str, vault: Vault, hashes: Mapping[int, str]
) -> list[loading.Loaded]:
    """A bite of people to load, each with the hash of its row's password, if it has one."""
    return [prepare(row, source, vault, hashes.get(row.row, "")) for row in rows]


def prepare(row: PersonRow, source: str, vault: Vault, password_hash: str) -> loading.Loaded:
    """A person to load, sealed; the record's id follows from the source and its own id there, or from its number."""
    own = row.external_id or row.educator_number
    person_id = PersonId(named_id(_ORIGIN, "person", source, own) if own else new_id())
    contact = row.contact
    person = Person(
        person_id=person_id,
        version=0,
        educator_number=row.educator_number,
        name=row.name,
        address=contact.address,
        email=contact.email,
        phone=contact.phone,
        language=contact.language or "en",
    )
    traits = traits_of(vault, person_id, birth_date=row.birth_date, ssn=row.ssn, last_four=row.last_four)
    return loading.Loaded(
        person, traits, source, row.external_id, row.license_numbers, row.user_id, password_hash, row.must_change
    )


async def preview_people(work: Work, rows: Sequence[PersonRow], source: str) -> Report:
    """How many of these rows are new and how many known, and which name a district that does not exist."""
    report = Report(read=len(rows))
    districts = await _districts(work, rows)
    known = await _known(work, rows, source)
    report.errors += [_no_district(row) for row in rows if row.district_code and row.district_code not in districts]
    report.known = sum(_is_known(row, known) for row in rows)
    report.new = len(rows) - report.known - len(report.errors)
    return report


async def import_people(
    work: Work, rows: Sequence[PersonRow], prepared: Sequence[loading.Loaded], source: str
) -> Report:
    """Loads one bite of people: records, employment, accounts; says each new one."""
    report = Report(read=len(rows))
    districts, known = await _districts(work, rows), await _known(work, rows, source)
    fresh: list[loading.Loaded] = []
    for row, loaded in zip(rows, prepared, strict=True):
        if row.district_code and row.district_code not in districts:
            report.errors.append(_no_district(row))
        elif not _is_known(row, known):
            fresh.append(_placed(loaded, districts.get(row.district_code)))
    fresh = await _numbered(work, fresh)
    made = await loading.insert_people(work, fresh)
    added = [loaded for loaded in fresh if loaded.person.person_id in made]
    await _employ(work, [loaded.person for loaded in added])
    registered = await loading.insert_accounts(work, [loaded for loaded in added if loaded.user_name])
    _say(work, added, registered)
    report.errors += _names_taken(rows, prepared, added, registered)
    report.new = len(added)
    report.known = len(rows) - len(added) - sum(error.field == "district_code" for error in report.errors)
    return report


async def import_organizations(work: Work, organizations: Sequence[Organization]) -> Report:
    """New organizations, and by their code changed ones; says each."""
    by_code = {organization.code: organization for organization in organizations}
    known = await organization_store.find_ids_by_code(work, list(by_code))
    ids = await organization_store.save_organizations(work, list(by_code.values()))
    await say_organizations(work, ids)
    work.audit("organizations.import", "organizations", rows=len(organizations))
    return Report(read=len(organizations), new=len(by_code) - len(known), known=len(known))


async def import_roles(work: Work, rows: Sequence[RoleRow]) -> Report:
    """Roles with their dates; the same row again is the same grant."""
    report = Report(read=len(rows))
    by_number, by_user = await loading.find_people_by_names(
        work, [r.educator_number for r in rows], [r.user_id for r in rows]
    )
    codes = await organization_store.find_ids_by_code(work, [r.organization_code for r in rows])
    kinds = {o.organization_id: o.kind for o in await organization_store.find_organizations(work, list(codes.values()))}
    grants: list[RoleGrant] = []
    for row in rows:
        person_id = by_number.get(row.educator_number) or by_user.get(row.user_id)
        organization_id = codes.get(row.organization_code)
        if person_id is None:
            report.errors.append(RowError(row.row, "educator_number", "Nobody has this number or user name."))
        elif organization_id is None or kinds[organization_id] not in RULES[row.role].kinds:
            report.errors.append(
                RowError(row.row, "organization_code", f"No organization {row.organization_code} has {row.role}s.")
            )
        else:
            grants.append(_grant(row, person_id, organization_id))
    report.new = await grant_without_asking(work, grants)
    report.known = len(grants) - report.new
    return report


def _say(work: Work, added: Sequence[loading.Loaded], registered: set[PersonId]) -> None:
    version = work.next_version()
    for loaded in added:
        person = loaded.person
        facts = []
        if person.person_id in registered:
            number = next(iter(loaded.license_numbers), None)
            facts = [
                PersonRegistered(
                    person_id=person.person_id, educator_number=person.educator_number, license_number=number
                )
            ]
        say_person(work, _at(person, version), *facts)
    if added:
        work.audit("people.import", added[0].source, rows=len(added))


async def _districts(work: Work, rows: Sequence[PersonRow]) -> Mapping[str, OrganizationId]:
    return await organization_store.find_ids_by_code(work, sorted({row.district_code for row in rows}))


async def _known(work: Work, rows: Sequence[PersonRow], source: str) -> tuple[set[str], set[str]]:
    numbers = [row.educator_number for row in rows if row.educator_number]
    return await loading.known_rows(work, source, [row.external_id for row in rows if row.external_id], numbers)


def _is_known(row: PersonRow, known: tuple[set[str], set[str]]) -> bool:
    return row.external_id in known[0] or row.educator_number in known[1]


async def _numbered(work: Work, fresh: Sequence[loading.Loaded]) -> list[loading.Loaded]:
    """Those without an educator number get one."""
    without = sum(not loaded.person.educator_number for loaded in fresh)
    drawn = drawn_numbers(work, 2 * without + 20) if without else []
    numbers = iter(await people.free_educator_numbers(work, drawn, without) if without else [])
    return [loaded if loaded.person.educator_number else _with_number(loaded, next(numbers)) for loaded in fresh]


async def _employ(work: Work, added: Sequence[Person]) -> None:
    employed = [person for person in added if person.districts]
    await employment.save_employment(
        work,
        [person.person_id for person in employed],
        [person.districts[0] for person in employed],
        [_EVER] * len(employed),
        [None] * len(employed),
    )


def _names_taken(
    rows: Sequence[PersonRow],
    prepared: Sequence[loading.Loaded],
    added: Sequence[loading.Loaded],
    registered: set[PersonId],
) -> list[RowError]:
    """The people are loaded, but without the account whose name somebody has."""
    without = {a.person.person_id for a in added if a.user_name} - registered
    number_of = {loaded.person.person_id: row.row for row, loaded in zip(rows, prepared, strict=True)}
    return [RowError(number_of[person], "user_id", "This user name is taken: loaded without.") for person in without]


def _no_district(row: PersonRow) -> RowError:
    return RowError(row.row, "district_code", f"No organization has the code {row.district_code}.")


def _grant(row: RoleRow, person_id: PersonId, organization_id: OrganizationId) -> RoleGrant:
    grant_id = named_id(_ORIGIN, "grant", person_id, row.role, organization_id, row.first_day)
    return RoleGrant(grant_id, person_id, row.role, organization_id, row.first_day, row.last_day)


def _placed(loaded: loading.Loaded, district: OrganizationId | None) -> loading.Loaded:
    districts = (district,) if district else ()
    return loading.replaced(loaded, districts=districts, started_by=district)


def _with_number(loaded: loading.Loaded, number: str) -> loading.Loaded:
    return loading.replaced(loaded, educator_number=number)


def _at(person: Person, version: int) -> Person:
    return Person(**{**vars(person), "version": version})
