"""Creating a profile, in its four outcomes, and deciding the doubtful ones."""

import secrets
from dataclasses import replace
from uuid import UUID

from services.identity.commands.saying import say_organizations, say_person
from services.identity.crypto.identifiers import claim_of, open_claim, seal_claim, traits_of
from services.identity.crypto.sealing import Vault
from services.identity.domain.errors import CaseDecided, NotOfThisCase, OwnRecords, UserNameTaken
from services.identity.domain.matching import ExactMatch, NewProfile, PartialMatch, PreCreated, Trait, match
from services.identity.domain.numbers import EDUCATOR_NUMBERS, educator_number
from services.identity.domain.person import Person
from services.identity.domain.profile import Created, Profile, SignIn
from services.identity.domain.usernames import assigned_candidates, numbered_candidates
from services.identity.queries.staff import referral
from services.identity.store import accounts, cases, claims, people
from services.identity.store import roles as role_store
from shared.contracts.identity import PersonRegistered
from shared.errors import Unavailable
from shared.ids import PersonId, new_id
from shared.messaging.work import Work

_CASE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_DRAWS = 24


async def create_profile(
    work: Work, profile: Profile, sign_in: SignIn, *, vault: Vault, one_time_hash: str = ""
) -> Created:
    """One of the four outcomes: new, pre-created, partial match, exact match.

    `one_time_hash` is of the password that is shown once where user names are assigned and the profile was pre-created.
    """
    claim = claim_of(vault, profile)
    await claims.serialize_claims(work, claim)
    candidates = await claims.find_candidates(work, claim)
    by = [Trait(trait) for trait in work.policy.accounts.profiles.match_by]
    match match(claim, candidates, by=by):
        case NewProfile():
            return await _register(work, profile, sign_in, vault)
        case PreCreated(person_id):
            return await _complete(work, person_id, profile, sign_in, vault, one_time_hash=one_time_hash)
        case ExactMatch(person_id):
            account = await accounts.get_account(work, person_id)
            work.audit("profile.exact", person_id)
            return Created("exact", user_name=account.user_name)
        case PartialMatch() as found:
            return await _open_case(work, found, profile, sign_in, vault)


async def decide_case(
    work: Work, case_id: UUID, *, same_as: PersonId | None, take_claim: bool, decided_by: PersonId, vault: Vault
) -> Created:
    """The claimant is the person `same_as`, or (None) nobody on file; `take_claim` corrects the record by the claim.

    Where the person has an account already, its owner is written to; the claimant never gets into it by a decision.
    """
    found = await cases.get_case(work, case_id)
    if found.state != "open" or found.sealed_claim is None:
        raise CaseDecided(reference=found.reference)
    if decided_by in found.person_ids:
        raise OwnRecords("case_id")
    profile, sign_in = open_claim(vault, case_id, found.sealed_claim)
    if same_as is None:
        created = await _register(work, profile, await _still_free(work, sign_in), vault)
    elif same_as in found.person_ids:
        created = await _recognise(work, same_as, profile, sign_in, vault, take_claim=take_claim)
    else:
        raise NotOfThisCase(reference=found.reference)
    assert created.person_id is not None
    await cases.close_case(work, case_id, "different" if same_as is None else "same", created.person_id)
    work.audit("case.decide", created.person_id, case=found.reference, same=same_as is not None)
    work.intend("mail", f"case/{case_id}", {"letter": "case_decided", "person_id": str(created.person_id)})
    return created


async def _register(work: Work, profile: Profile, sign_in: SignIn, vault: Vault) -> Created:
    """Nobody knows this person: a new record, with its number and its account."""
    person_id = PersonId(new_id())
    person = Person(
        person_id=person_id,
        version=work.next_version(),
        educator_number=await free_educator_number(work),
        name=profile.name,
        address=profile.contact.address,
        email=profile.contact.email,
        phone=profile.contact.phone,
        language=profile.contact.language or "en",
    )
    traits = traits_of(vault, person_id, birth_date=profile.birth_date, ssn=profile.ssn, last_four=profile.last_four)
    await people.insert_person(work, person, traits)
    account = await _open_account(work, person, sign_in, assurance="self")
    return _registered(work, "new", person, account.user_name, profile)


async def _complete(
    work: Work, person_id: PersonId, profile: Profile, sign_in: SignIn, vault: Vault, *, one_time_hash: str
) -> Created:
    """A district or the agency made the record: what is missing is added, and the account is opened."""
    person = await people.get_person(work, person_id, lock=True)
    traits = traits_of(vault, person_id, birth_date=profile.birth_date, ssn=profile.ssn, last_four=profile.last_four)
    await claims.add_traits(work, person_id, traits)
    person = await people.save_person(work, profile.contact.on(person))
    if one_time_hash:
        sign_in = replace(sign_in, password_hash=one_time_hash)
    account = await _open_account(work, person, sign_in, assurance="matched", must_change=bool(one_time_hash))
    return _registered(work, "pre_created", person, account.user_name, profile)


async def _recognise(
    work: Work, person_id: PersonId, profile: Profile, sign_in: SignIn, vault: Vault, *, take_claim: bool
) -> Created:
    person = await people.get_person(work, person_id, lock=True)
    if take_claim:
        traits = traits_of(
            vault, person_id, birth_date=profile.birth_date, ssn=profile.ssn, last_four=profile.last_four
        )
        await claims.replace_traits(work, person_id, traits)
        person = await people.save_person(work, person.renamed(profile.name))
        await say_organizations(work, await role_store.organizations_touched_by(work, [person_id]))
    account = await accounts.find_account(work, person_id)
    if account is not None:
        say_person(work, person)
        return Created("exact", person_id=person_id, user_name=account.user_name)
    person = await people.save_person(work, profile.contact.on(person))
    account = await _open_account(work, person, await _still_free(work, sign_in), assurance="matched")
    return _registered(work, "pre_created", person, account.user_name, profile)


async def _open_account(
    work: Work, person: Person, sign_in: SignIn, *, assurance: str, must_change: bool = False
) -> accounts.Account:
    """The account under the chosen user name, or under one that is assigned. Raises UserNameTaken."""
    account = accounts.Account(
        person_id=person.person_id,
        resolved_id=person.person_id,
        user_name=sign_in.user_name,
        password_hash=sign_in.password_hash,
        must_change=must_change,
        hint_question=sign_in.hint_question,
        hint_hash=sign_in.hint_hash,
        assurance=assurance,
    )
    if sign_in.user_name:
        if not await accounts.insert_account(work, account):
            raise UserNameTaken(user_name=sign_in.user_name)
        return account
    for user_name in assigned_candidates(person.name, [secrets.randbelow(10_000) for _ in range(_DRAWS)]):
        account = replace(account, user_name=user_name)
        if await accounts.insert_account(work, account):
            return account
    raise Unavailable


def _registered(work: Work, outcome: str, person: Person, user_name: str, profile: Profile) -> Created:
    number = person.educator_number
    fact = PersonRegistered(
        person_id=person.person_id, educator_number=number, license_number=profile.license_number or None
    )
    say_person(work, person, fact)
    work.audit("profile.create", person.person_id, outcome=outcome)
    made = "new" if outcome == "new" else "pre_created"
    return Created(made, person.person_id, number, user_name)  # type: ignore[arg-type]


async def _open_case(work: Work, found: PartialMatch, profile: Profile, sign_in: SignIn, vault: Vault) -> Created:
    """The claim waits, sealed, for the directory administrator of the district that was named, or for the state."""
    case_id = new_id()
    sealed = seal_claim(vault, case_id, profile, sign_in)
    claim_mark = vault.mark("claim", f"{profile.name.full}|{profile.birth_date}|{profile.ssn}|{profile.last_four}")
    for _ in range(_DRAWS):
        reference = "C-" + "".join(secrets.choice(_CASE_LETTERS) for _ in range(4))
        kept = await cases.open_case(
            work, case_id, reference, claim_mark, found, district_id=profile.district_id, sealed_claim=sealed
        )
        if kept:
            return Created("partial", case=kept, referral=await referral(work, profile.district_id))
    raise Unavailable


async def _still_free(work: Work, sign_in: SignIn) -> SignIn:
    """The chosen user name, or, if somebody took it while the case waited, the same with a number behind it."""
    if not sign_in.user_name:
        return sign_in
    tries = [sign_in.user_name, *numbered_candidates(sign_in.user_name, [secrets.randbelow(1000) for _ in range(9)])]
    return replace(sign_in, user_name=await accounts.first_free(work, tries))


async def free_educator_number(work: Work) -> str:
    """An educator number that nobody has."""
    return (await people.free_educator_numbers(work, drawn_numbers(work, _DRAWS), 1))[0]


def drawn_numbers(work: Work, count: int) -> list[str]:
    """Random educator numbers, some of which may be taken."""
    prefix = work.policy.accounts.profiles.educator_number_prefix
    draws = dict.fromkeys(secrets.randbelow(EDUCATOR_NUMBERS) for _ in range(count))
    return [educator_number(draw, prefix=prefix) for draw in draws]
