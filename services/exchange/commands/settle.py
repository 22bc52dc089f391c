"""What became of credits that were passed on: their receipts say it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.exchange.commands.loads import count_settled
from services.exchange.commands.receipts import of_rows, say
from services.exchange.domain.credits import plain
from services.exchange.store import early, receipts
from shared.contracts import EVENTS, Envelope
from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused
from shared.messaging.work import Work
from shared.policies import Policy

Settled = CreditRecorded | CreditRefused | CreditRecalled


async def settle(facts: Sequence[Settled], work: Work) -> None:
    """Settles the receipts that these facts answer; what is answered again in the same way says nothing.

    An answer whose receipt is not here yet is kept until it is: restored to an earlier minute, we hear both at once.
    """
    answers = {fact.receipt_id: fact for fact in facts if fact.receipt_id is not None}
    if not answers:
        return
    settled = [(receipt_id, *_answer(fact, work.policy)) for receipt_id, fact in answers.items()]
    rows = await receipts.settle(work, settled)
    await say(work, of_rows((row, answers[row.because]) for row in rows))
    await count_settled(work, [row for row in rows if row.load_id is not None])
    changed = {row.because for row in rows}
    if unused := [(receipt_id, fact) for receipt_id, fact in answers.items() if receipt_id not in changed]:
        await early.keep(work, unused)


async def settle_early(work: Work) -> None:
    """Settles receipts whose answer was here before them."""
    await settle([_fact(row) for row in await early.take(work)], work)


async def settle_alike(work: Work) -> None:
    """Settles receipts that were kept in the moment in which the outcome they share was."""
    await say(work, of_rows((row, None) for row in await receipts.settle_alike(work)))


def _fact(row: Any) -> Any:
    """The fact that an early answer keeps, in as much of its envelope as what follows from it is made from."""
    envelope = Envelope(
        id=row.event_id, type=row.type, source="", at=row.at, subject="", version=0, actor=row.actor, cause=None,
        trace=row.trace, topic="",
    )  # fmt: skip
    return EVENTS[row.type].model_validate_json(row.body).received(envelope)


def _answer(fact: Settled, policy: Policy) -> tuple[str, str, str, str | None, UUID | None]:
    """state, code, text, field, license"""
    if isinstance(fact, CreditRefused):
        return "refused", fact.reason.code, fact.reason.text, fact.reason.field, None
    if isinstance(fact, CreditRecalled):
        return "accepted", "", "taken back", None, fact.license_id
    return "accepted", "", counted(fact, policy), None, fact.license_id


def counted(fact: CreditRecorded, policy: Policy) -> str:
    """“0.5 CEU counted toward 2026–2031”."""
    amount = f"{plain(Decimal(fact.amount.amount))} {policy.unit_name(fact.amount.unit)}"
    period = fact.counts_toward
    if period is None:
        return f"{amount} recorded; counts toward no period yet"
    return f"{amount} counted toward {period.effective_from.year}–{period.valid_until.year}"
