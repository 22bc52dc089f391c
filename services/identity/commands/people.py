"""A person's own data, where they work, and two records that are one person."""

from collections.abc import Sequence

from services.identity.commands.saying import say_organizations, say_person
from services.identity.domain.errors import OthersMergedInto
from services.identity.domain.merging import check_merge, check_unmerge
from services.identity.domain.people import check_name, check_self_edit
from services.identity.domain.person import Contact, Person
from services.identity.domain.profile import check_contact
from services.identity.store import employment
from services.identity.store import people as store
from services.identity.store import roles as role_store
from shared.contracts.exchange import StaffAssignmentReceived
from shared.contracts.identity import ContactChanged, NameChanged, PeopleMerged, PeopleUnmerged
from shared.contracts.values import Name
from shared.ids import PersonId
from shared.messaging.work import Work


async def change_contact(work: Work, person_id: PersonId, contact: Contact, *, by_self: bool) -> Person:
    """The person is reached so from now on. What stays as it was is not said."""
    tidy = check_contact(contact)
    person = await store.get_person(work, person_id, lock=True)
    changed = tidy.changes_of(person)
    if by_self:
        check_self_edit([c for c in changed if c != "language"], editable=work.policy.accounts.profiles.edits)
    if not changed:
        return person
    saved = await store.save_person(work, tidy.on(person))
    say_person(work, saved, ContactChanged(person_id=person_id, changed=changed))
    work.audit("contact.change", person_id, changed=changed)
    return saved


async def change_name(work: Work, person_id: PersonId, name: Name, *, by_self: bool, proof: str = "") -> Person:
    """The legal name from now on, by the person where the state allows it, else by an officer who saw the proof."""
    if by_self:
        check_self_edit(["name"], editable=work.policy.accounts.profiles.edits)
    tidy = check_name(name)
    person = await store.get_person(work, person_id, lock=True)
    if tidy == person.name:
        return person
    saved = await store.save_person(work, person.renamed(tidy))
    say_person(work, saved, NameChanged(person_id=person_id, before=person.name, after=tidy))
    work.audit("name.change", person_id, before=person.name.full, after=tidy.full, proof=proof)
    await say_organizations(work, await role_store.organizations_touched_by(work, [person_id]))
    return saved


async def merge_people(
    work: Work, winner_id: PersonId, loser_id: PersonId, *, decided_by: PersonId, confirmed_different_ssn: bool
) -> Person:
    """Two records are one person, who lives on as the winner. Nothing is moved: each service resolves the alias."""
    sides = await store.find_merge_sides(work, [winner_id, loser_id])
    for person_id in (winner_id, loser_id):
        if person_id not in sides:
            raise store.PersonUnknown
    if await store.is_winner(work, loser_id):
        raise OthersMergedInto(person_id=loser_id)
    check_merge(
        sides[winner_id], sides[loser_id], decided_by=decided_by, confirmed_different_ssn=confirmed_different_ssn
    )
    await store.set_merged(work, loser_id, winner_id)
    fact = PeopleMerged(person_id=loser_id, merged_into=winner_id)
    return await _say_both(work, loser_id, winner_id, fact, "people.merge")


async def unmerge_people(work: Work, loser_id: PersonId, *, decided_by: PersonId) -> Person:
    """The merge was wrong: both live on as they were."""
    sides = await store.find_merge_sides(work, [loser_id])
    if loser_id not in sides:
        raise store.PersonUnknown
    winner_id = check_unmerge(sides[loser_id], decided_by=decided_by)
    await store.set_merged(work, loser_id, None)
    fact = PeopleUnmerged(person_id=loser_id, was_merged_into=winner_id)
    return await _say_both(work, loser_id, winner_id, fact, "people.unmerge")


async def move_districts(work: Work, assignments: Sequence[StaffAssignmentReceived]) -> None:
    """People work where the rosters say, from and until the days they say."""
    ids = sorted({a.person_id for a in assignments})
    await store.lock_people(work, ids)
    known = await store.find_people(work, ids)
    moved = [a for a in assignments if a.person_id in known]
    await employment.save_employment(
        work,
        [a.person_id for a in moved],
        [a.organization_id for a in moved],
        [a.first_day for a in moved],
        [a.released_on for a in moved],
    )
    cause = {known[a.person_id].merged_into or a.person_id: a for a in moved}
    for person in await store.bump_people(work, list(cause)):
        work.say(person.state(), version=person.version, because=cause[person.person_id])


async def _say_both(
    work: Work, loser_id: PersonId, winner_id: PersonId, fact: PeopleMerged | PeopleUnmerged, action: str
) -> Person:
    """The fact and both states; the districts of the one count for the other, or no longer."""
    people = {person.person_id: person for person in await store.bump_people(work, [loser_id, winner_id])}
    say_person(work, people[loser_id], fact)
    say_person(work, people[winner_id])
    work.audit(action, loser_id, winner=winner_id)
    touched = await role_store.organizations_touched_by(work, [loser_id, winner_id])
    await say_organizations(work, touched)
    return people[winner_id]
