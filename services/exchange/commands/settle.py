"""What became of credits that were passed on: their receipts say it."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from services.exchange.commands.loads import count_settled
from services.exchange.commands.receipts import of_rows, say
from services.exchange.domain.credits import plain
from services.exchange.store import receipts
from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused
from shared.messaging.work import Work
from shared.policies import Policy

Settled = CreditRecorded | CreditRefused | CreditRecalled


async def settle(facts: Sequence[Settled], work: Work) -> None:
    """Settles the receipts that these facts answer; a fact that answers none, or again the same, says nothing."""
    answers = {fact.receipt_id: fact for fact in facts if fact.receipt_id is not None}
    if not answers:
        return
    settled = [(receipt_id, *_answer(fact, work.policy)) for receipt_id, fact in answers.items()]
    rows = await receipts.settle(work, settled)
    await say(work, of_rows((row, answers[row.because]) for row in rows))
    await count_settled(work, [row for row in rows if row.load_id is not None])


async def settle_alike(work: Work) -> None:
    """Settles receipts that were kept in the moment in which the outcome they share was."""
    await say(work, of_rows((row, None) for row in await receipts.settle_alike(work)))


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
