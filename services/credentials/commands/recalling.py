"""Credits that agencies take back: before their award, before an approval, or after it."""

from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from services.credentials.domain.credit import Credit
from services.credentials.domain.reservation import Reservation, ReservationState, still_earned
from services.credentials.store import cases, credits, people, reservations
from services.credentials.store.cases import Case
from shared.contracts.credentials import CreditRecalled
from shared.contracts.exchange import CreditTakenBack
from shared.ids import ApplicationId, LicenseId, derived_id
from shared.messaging.hears import Events
from shared.messaging.work import Work


@dataclass(slots=True)
class Filings:
    """The filings that recalled credits are part of, with all credits set aside for each."""

    reservations: dict[UUID, Reservation]
    credits: dict[UUID, list[Credit]]

    def without(self, credit: Credit, reason: str) -> None:
        """Takes the credit out of what its filing rests on."""
        rest = self.credits.get(credit.reservation_id or credit.credit_id, [])
        for place, each in enumerate(rest):
            if each.credit_id == credit.credit_id:
                rest[place] = replace(each, recalled=reason)


async def recall_credits(recalls: Events[CreditTakenBack], work: Work) -> None:
    """Takes credits back: one that has not come yet will not count; a filing that rests on one is no longer earned.

    After the approval an officer decides: until then nothing of that license is mailed.
    """
    known = await people.lock_people(work, [recall.person_id for recall in recalls])
    kept = await credits.find_credits(work, [recall.credit_id for recall in recalls])
    filings = await _filings([each.credit for each in kept.values()], work)
    early: dict[UUID, str] = {r.credit_id: r.reason for r in recalls if r.credit_id not in kept}
    states: dict[UUID, ReservationState] = {}
    opened: list[Case] = []
    for recall in recalls:
        found = kept.get(recall.credit_id)
        filing = _take_out(recall, found.credit, filings, work) if found else None
        if filing is not None and filing.state is ReservationState.SPENT:
            opened.append(_case(recall, filing, work))
        elif filing is not None:
            states[filing.reservation_id] = ReservationState.BROKEN
        person = known[recall.person_id]
        work.say(_recalled(recall, filing), version=person.next_version(work), because=recall)
    await credits.insert_recalls(work, early)
    await credits.mark_recalled(work, {r.credit_id: r.reason for r in recalls if r.credit_id in kept})
    await reservations.set_states(work, states)
    await cases.open_cases(work, opened)
    await people.save_versions(work, known.values())


async def _filings(recalled: list[Credit], work: Work) -> Filings:
    ids = [credit.reservation_id for credit in recalled if credit.reservation_id is not None]
    found = await reservations.find_reservations(work, ids, lock=True) if ids else {}
    return Filings(found, defaultdict(list, await credits.find_reserved(work, ids) if ids else {}))


def _take_out(recall: CreditTakenBack, credit: Credit, filings: Filings, work: Work) -> Reservation | None:
    """The filing that is no longer earned without this credit; None: there is none, or the rest is enough."""
    filing = filings.reservations.get(credit.reservation_id) if credit.reservation_id else None
    if filing is None:
        return None
    filings.without(credit, recall.reason)
    option = work.policy.find_option(filing.option)
    if option is not None and still_earned(option, filings.credits[filing.reservation_id], work.policy):
        return None
    return filing


def _case(recall: CreditTakenBack, filing: Reservation, work: Work) -> Case:
    return Case(
        case_id=derived_id(recall.said.id, "case"),
        kind="recall",
        license_id=filing.license_id,
        person_id=recall.person_id,
        application_id=filing.application_id,
        credit_id=recall.credit_id,
        agency=recall.agency,
        action="credit recalled",
        acted_on=work.today,
        note=recall.reason,
        opened_at=work.now,
    )


def _recalled(recall: CreditTakenBack, filing: Reservation | None) -> CreditRecalled:
    return CreditRecalled(
        person_id=recall.person_id,
        credit_id=recall.credit_id,
        reason=recall.reason,
        receipt_id=recall.receipt_id,
        license_id=LicenseId(filing.license_id) if filing else None,
        application_id=ApplicationId(filing.application_id) if filing else None,
    )
