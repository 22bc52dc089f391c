"""Creating a profile, and the cases that a person decides."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.identity.api.context import client_address, myself, officer_or_directory, real_now, secrets
from services.identity.api.inputs import Input, ProfileInput
from services.identity.api.recovery import new_hash, normalised_answer
from services.identity.commands import accounts as limits
from services.identity.commands import profiles as commands
from services.identity.crypto.pins import one_time_password
from services.identity.domain.profile import Profile, SignIn, check_profile
from services.identity.domain.usernames import check_chosen
from services.identity.queries import cases as queries
from services.identity.store import cases as case_store
from services.identity.store import organizations
from shared.errors import Invalid
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["profiles"])


class ReferralShown(BaseModel):
    """Whom to call about a case."""

    name: str
    organization: str
    phone: str


class ProfileCreated(BaseModel):
    """What came of it: new, pre_created, partial or exact; only what that outcome may show is there."""

    outcome: str
    person_id: PersonId | None = None
    educator_number: str | None = None
    user_id: str | None = None
    one_time_password: str | None = None
    case: str | None = None
    referral: ReferralShown | None = None


class CaseShown(BaseModel):
    """An open case: what was claimed, whom it resembles, what differs in words. Never an SSN."""

    case_id: UUID
    reference: str
    district_id: OrganizationId | None
    opened_at: datetime
    differing: list[str]
    claimed: dict[str, Any]
    people: list[dict[str, Any]]


class Decision(Input):
    """The claimant is the person `same_as`, or (none) nobody on file; `take_claim` corrects the record."""

    same_as: PersonId | None = None
    take_claim: bool = False


@router.post("/profiles", status_code=201, summary="Create a profile: new, pre-created, partial or exact match")
async def create_profile(body: ProfileInput, asked: Asked) -> Any:
    """Matching shows nothing but its outcome; the same claim is counted, so that nobody tries identities out."""
    policy, held = asked.runtime.policy.accounts, secrets(asked)
    profile = check_profile(_profile(body), match_by=policy.profiles.match_by, today=asked.today())
    await _admit(asked, profile)
    if policy.user_names.policy == "chosen":
        check_chosen(body.user_id, policy.user_names)
    if policy.passwords.hint_question and not (body.hint_question.strip() and body.hint_answer.strip()):
        raise Invalid("hint_question", problem="Choose a hint question and answer it.")
    sign_in = await _sign_in(body, profile, asked)
    one_time = one_time_password() if policy.user_names.policy == "assigned" else ""
    one_time_hash = await held.passwords.hash(one_time) if one_time else ""

    async def create(work: Work) -> ProfileCreated:
        made = await commands.create_profile(work, profile, sign_in, vault=held.vault, one_time_hash=one_time_hash)
        referral = ReferralShown(**vars(made.referral)) if made.referral else None
        return ProfileCreated(
            outcome=made.outcome,
            person_id=made.person_id,
            educator_number=made.educator_number,
            user_id=made.user_name,
            case=made.case,
            referral=referral,
        )

    answer = await asked.once(create, status=201)
    if isinstance(answer, ProfileCreated) and answer.outcome == "pre_created" and one_time:
        return answer.model_copy(update={"one_time_password": one_time})  # shown once, kept nowhere
    return answer


@router.get("/cases", summary="Open cases of one's district; for licensing officers, all")
async def list_cases(asked: Asked, district_id: OrganizationId | None = None) -> list[CaseShown]:
    """Reading what was claimed is recorded."""
    actor = await officer_or_directory(asked, district_id)
    async with asked.runtime.work(actor=actor.id) as work:
        found = await queries.open_cases(work, secrets(asked).vault, district_id)
        return [CaseShown(**case) for case in found]


@router.post("/cases/{case_id}/decision", summary="Same person as one on file, or somebody else")
async def decide_case(case_id: UUID, body: Decision, asked: Asked) -> Any:
    await asked.person()
    async with asked.reading() as work:
        district = (await case_store.get_case(work, case_id)).district_id
    decided_by = myself(await officer_or_directory(asked, district))

    async def decide(work: Work) -> dict[str, Any]:
        made = await commands.decide_case(
            work,
            case_id,
            same_as=body.same_as,
            take_claim=body.take_claim,
            decided_by=decided_by,
            vault=secrets(asked).vault,
        )
        return {"outcome": made.outcome, "person_id": made.person_id}

    return await asked.once(decide)


async def _admit(asked: AskedRequest, profile: Profile) -> None:
    """Raises TooManyTries; and Invalid where the district does not exist."""
    held, at = secrets(asked), real_now()
    claimed = f"{profile.ssn or profile.last_four}|{profile.birth_date.isoformat()}"
    async with asked.runtime.work(actor="anonymous") as work:
        vault, address = held.vault, client_address(asked)
        over = await limits.within(work, vault, "profiles", address, limits.PROFILES_PER_ADDRESS, at=at)
        over = over or await limits.within(work, vault, "claim", claimed, limits.PROFILES_PER_CLAIM, at=at)
        refusal = limits.too_many(work, over) if over else None
        wanted = [profile.district_id] if profile.district_id else []
        known = await organizations.find_organizations(work, wanted)
    if refusal:
        raise refusal
    if len(known) != len(wanted):
        raise Invalid("district_id", problem="No district has this id.")


async def _sign_in(body: ProfileInput, profile: Profile, asked: AskedRequest) -> SignIn:
    policy, passwords = asked.runtime.policy, secrets(asked).passwords
    chosen = body.user_id if policy.accounts.user_names.policy == "chosen" else ""
    password_hash = await new_hash(passwords, body.password, (chosen, *profile.words), (), policy, field="password")
    answer = normalised_answer(body.hint_answer) if policy.accounts.passwords.hint_question else ""
    hint_hash = await passwords.hash(answer) if answer else None
    question = body.hint_question.strip() if hint_hash else ""
    return SignIn(user_name=chosen, password_hash=password_hash, hint_question=question, hint_hash=hint_hash)


def _profile(body: ProfileInput) -> Profile:
    birth_date: date = body.birth_date
    return Profile(
        name=body.name.value(),
        birth_date=birth_date,
        ssn=body.ssn.strip(),
        last_four=body.ssn_last_four.strip(),
        license_number=body.license_number,
        contact=body.contact.value(),
        district_id=body.district_id,
    )
