"""Passwords: changed by who knows the old one, or by who got the PIN that was mailed to the owner."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.identity.api.context import client_address, quietly, real_now, secrets
from services.identity.api.inputs import Input, Line, Secret, Short
from services.identity.commands import accounts, recovery
from services.identity.crypto.passwords import PasswordVault
from services.identity.domain.errors import PasswordUsedBefore
from services.identity.domain.names import normalised
from services.identity.domain.passwords import check
from services.identity.store import accounts as store
from services.identity.store import people
from shared.errors import Refused
from shared.messaging.work import Work
from shared.policies import Policy
from shared.web.asked import Asked

router = APIRouter(tags=["passwords"])


class Change(Input):
    """The old password and the new one, within a session."""

    session: Annotated[str, Field(min_length=20, max_length=100)]
    current_password: Secret
    new_password: Secret


class AskForPin(Input):
    """Whose password is forgotten."""

    user_id: Short


class Recover(Input):
    """The PIN that was mailed, the answer to the hint question where the state has one, and the new password."""

    user_id: Short
    pin: Short
    hint_answer: Line = ""
    new_password: Secret


class OnItsWay(BaseModel):
    """The one answer to everybody who asks for a PIN."""

    detail: str


@router.post("/password", status_code=204, summary="Change one's password; other sessions end")
async def change_password(body: Change, asked: Asked) -> Response:
    held, at = secrets(asked), real_now()
    async with asked.runtime.work(actor="session") as work:
        account = await accounts.use_session(work, held.vault, body.session, at=at)
        until = await accounts.within(work, held.vault, "change", str(account.person_id), accounts.PER_ACCOUNT, at=at)
        words, history = await _words(work, account), await store.password_history(work, account.person_id)
        refusal = accounts.too_many(work, until) if until else None
    if refusal:
        raise refusal
    if not await held.passwords.verify(account.password_hash, body.current_password):
        raise accounts.WrongSignIn("current_password", label=asked.runtime.policy.accounts.user_names.label)
    encoded = await new_hash(
        held.passwords, body.new_password, words, history, asked.runtime.policy, field="new_password"
    )
    async with asked.runtime.work(actor=str(account.resolved_id)) as work:
        await accounts.set_password(work, held.vault, account, encoded, at=at, session=body.session)
    return Response(status_code=204)


@router.post("/recoveries", status_code=202, summary="Ask for a PIN; the answer is the same for everybody")
async def ask_for_pin(body: AskForPin, asked: Asked) -> OnItsWay:
    async with quietly(), asked.runtime.work(actor="anonymous") as work:
        await recovery.ask_for_pin(work, secrets(asked).vault, body.user_id, client_address(asked), at=real_now())
        minutes = work.policy.accounts.passwords.pin_minutes
    text = f"If we hold an account for that, a PIN is on its way. It works once, for {minutes} minutes."
    return OnItsWay(detail=text)


@router.post("/recoveries/password", status_code=204, summary="Set a new password with the PIN that was mailed")
async def recover(body: Recover, asked: Asked) -> Response:
    """Every wrong answer is answered alike; the PIN is used up only by success."""
    held, at, policy = secrets(asked), real_now(), asked.runtime.policy
    async with quietly(), asked.runtime.work(actor="anonymous") as work:
        account = await recovery.try_pin(work, held.vault, body.user_id, body.pin, at=at)
        words = await _words(work, account) if account else ()
        history = await store.password_history(work, account.person_id) if account else []
        wrong = recovery.wrong_pin(work)
    answered = await _hint_fits(held.passwords, account, body.hint_answer, policy)
    if account is None or not answered:
        raise wrong
    encoded = await new_hash(held.passwords, body.new_password, words, history, policy, field="new_password")
    async with asked.runtime.work(actor=str(account.resolved_id)) as work:
        await recovery.reset_password(work, held.vault, account, encoded, at=at)
    return Response(status_code=204)


async def new_hash(
    vault: PasswordVault, password: str, words: tuple[str, ...], history: Sequence[str], policy: Policy, *, field: str
) -> str:
    """The hash of a password that the rules allow; else the rule that it breaks, at the `field` where it stood."""
    rules = policy.accounts.passwords
    try:
        check(password, about=words, rules=rules)
        if not rules.may_be_reused and await vault.was_used(history, password):
            raise PasswordUsedBefore
    except Refused as refusal:
        refusal.field = field
        raise
    return await vault.hash(password)


async def _words(work: Work, account: store.Account) -> tuple[str, ...]:
    person = await people.get_person(work, account.resolved_id)
    return (account.user_name, person.name.full, person.email or "")


async def _hint_fits(vault: PasswordVault, account: store.Account | None, answer: str, policy: Policy) -> bool:
    """Whether the hint answer is right; where there is none to be asked, the PIN alone decides."""
    if not policy.accounts.passwords.hint_question or (account is not None and account.hint_hash is None):
        return True
    return await vault.verify(account.hint_hash if account else None, normalised_answer(answer))


def normalised_answer(answer: str) -> str:
    """A hint answer as it is compared: capitals, accents and spaces do not matter, its digits do."""
    digits = "".join(character for character in answer if character.isdigit())
    return f"{normalised(answer)} {digits}"
