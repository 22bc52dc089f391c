"""The professional-development page: what is still needed, which credits count, the cheapest lawful plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.credentials.domain.credit import EDUCATOR, Credit, earning_window, original_of, why_not_counting
from services.credentials.domain.errors import AlreadyFiled, plain
from services.credentials.domain.facts import reason_of
from services.credentials.domain.license import License, active_types
from services.credentials.domain.planner import Step, plans
from services.credentials.domain.requirements import Line, Progress, filing_obstacle, progress
from services.credentials.domain.reservation import Reservation, choose
from services.credentials.domain.validity import next_span
from services.credentials.queries import licenses as shown_licenses
from services.credentials.queries import scans as shown_scans
from services.credentials.queries.answers import (
    Coded,
    CreditShown,
    CreditTypeShown,
    DevelopmentShown,
    FilingShown,
    LineShown,
    OptionShown,
    OriginalNeeded,
    PlanShown,
    StepShown,
)
from services.credentials.store import credits, licenses, reservations, scans
from services.credentials.store.people import Person
from services.credentials.store.scans import Scan
from shared.contracts.values import Reason
from shared.errors import Refused
from shared.messaging.work import Work
from shared.policies import OPEN, CreditType, Policy, RenewalOption
from shared.policies.calendar import last_safe_date
from shared.policies.licensing import Proof


@dataclass(frozen=True, slots=True)
class Standing:
    """A license with all that its renewal rests on, as it stands on a day."""

    license: License
    credits: Sequence[Credit]
    filing: Reservation | None
    progress: tuple[Progress, ...]
    obstacle: Refused | None

    def chosen(self, option: RenewalOption, policy: Policy) -> tuple[Credit, ...]:
        """The credits that a filing under this option would set aside."""
        free = [credit for credit in self.credits if credit.is_free]
        counting = [c for c in free if why_not_counting(c, license=self.license, policy=policy) is None]
        return choose(option, counting, policy)


async def stand(work: Work, license: License, holder: Person, attested: Sequence[str] = ()) -> Standing:
    """Where the renewal of a license stands."""
    theirs = [each for found in (await licenses.find_of_people(work, holder.ids)).values() for each in found]
    kept = await credits.find_of_people(work, holder.ids)
    mine = [credit for each in holder.ids for credit in kept.get(each, ())]
    filing = (await reservations.find_open_of_licenses(work, [license.license_id])).get(license.license_id)
    at_hand = [credit for credit in mine if _is_at_hand(credit, filing, work)]
    found = progress(
        license, at_hand, on=work.today, policy=work.policy, attested=attested,
        other_active=active_types(theirs, besides=license, on=work.today),
    )  # fmt: skip
    return Standing(license, mine, filing, found, _obstacle(license, filing, work))


def _is_at_hand(credit: Credit, filing: Reservation | None, work: Work) -> bool:
    """Whether a meter counts it: free, as filing asks for, or set aside for this license's own filing."""
    is_own = filing is not None and credit.reservation_id == filing.reservation_id
    return is_own or (credit.is_free and credit.completed_on <= work.today)


def _obstacle(license: License, filing: Reservation | None, work: Work) -> Refused | None:
    """Why nothing can be filed for this license, under whatever option."""
    if filing is not None:
        option = work.policy.find_option(filing.option)
        return AlreadyFiled(option=option.name if option else filing.option, filed_on=filing.filed_on)
    return filing_obstacle(license, on=work.today, policy=work.policy)


async def developments(work: Work, person_id: UUID) -> list[DevelopmentShown]:
    """The page of each license of a person."""
    person, theirs = await shown_licenses.held_by(work, person_id)
    return [await development(work, license, person) for license in theirs]


async def development(work: Work, license: License, holder: Person) -> DevelopmentShown:
    """The page of one license."""
    standing = await stand(work, license, holder)
    window = earning_window(license, work.policy)
    handed_in = await scans.find_of_credits(work, [credit.credit_id for credit in standing.credits])
    return DevelopmentShown(
        license=shown_licenses.shown(license, on=work.today, policy=work.policy),
        can_file=standing.obstacle is None and any(p.obstacle is None for p in standing.progress),
        obstacle=_reason(standing.obstacle),
        open_filing=_filing(standing.filing),
        last_safe_date=last_safe_date(license.valid_until, work.policy),
        earning_from=window.first,
        earning_until=window.last,
        new_end=_new_end(license, work),
        options=tuple(option_shown(p, standing, work.policy) for p in standing.progress),
        credits=tuple(
            credit_shown(credit, license, work.policy, handed_in.get(credit.credit_id, ()))
            for credit in standing.credits
        ),
        credit_types=tuple(_credit_type(kind, work.policy) for kind in work.policy.development.credit_types),
        policy_version=work.policy.version,
    )


def _new_end(license: License, work: Work) -> date | None:
    end = next_span(license, filed_on=work.today, on=work.today, policy=work.policy).last
    return None if end == OPEN else end


async def plan(
    work: Work, license: License, holder: Person, prices: Mapping[str, Decimal] | None = None
) -> list[PlanShown]:
    """Every lawful way to renew, the cheapest first."""
    standing = await stand(work, license, holder)
    return [
        PlanShown(
            option=Coded(code=each.option.code, name=each.option.name),
            steps=steps_shown(each.steps, work.policy),
            cost=each.cost,
            opens_on=each.opens_on,
            file_by=each.file_by,
        )
        for each in plans(license, standing.progress, policy=work.policy, prices=prices)
    ]


def steps_shown(steps: Iterable[Step], policy: Policy) -> tuple[StepShown, ...]:
    """What is to be earned, in the state's words."""
    return tuple(
        StepShown(amount=step.amount, unit=_unit(step.unit, policy), group=_group(step.group, policy)) for step in steps
    )


def option_shown(found: Progress, standing: Standing, policy: Policy) -> OptionShown:
    """One way to renew, as filing decides it: whether it may be filed, and what it would set aside."""
    can_file = standing.obstacle is None and found.obstacle is None
    return OptionShown(
        code=found.option.code,
        name=found.option.name,
        met=found.is_met,
        can_file=can_file,
        sets_aside=tuple(c.credit_id for c in standing.chosen(found.option, policy)) if can_file else (),
        opens_on=found.opens_on,
        obstacle=_reason(found.obstacle),
        lines=tuple(_line(line, policy) for line in found.lines),
    )


async def one_credit_shown(work: Work, credit: Credit, license: License) -> CreditShown:
    """A credit with its scans."""
    handed_in = await scans.find_of_credits(work, [credit.credit_id])
    return credit_shown(credit, license, work.policy, handed_in.get(credit.credit_id, ()))


def credit_shown(credit: Credit, license: License, policy: Policy, handed_in: Iterable[Scan] = ()) -> CreditShown:
    """A credit, whether it counts for this license, and the scans handed in for it."""
    why_not = why_not_counting(credit, license=license, policy=policy)
    kind = policy.find_credit_type(credit.credit_type)
    return CreditShown(
        credit_id=credit.credit_id,
        credit_type=Coded(code=credit.credit_type, name=kind.name if kind else credit.credit_type),
        amount=credit.amount,
        unit=policy.unit(credit.unit).name,
        contact_hours=credit.contact_hours,
        title=credit.title,
        provider=credit.provider,
        started_on=credit.started_on,
        completed_on=credit.completed_on,
        group=_group(credit.group, policy),
        grade=credit.grade,
        source=credit.source,
        counts=why_not is None,
        why_not=_reason(why_not),
        reserved=credit.reservation_id is not None and not credit.spent,
        can_be_taken_out=credit.is_free and credit.source == EDUCATOR,
        original=_original(original_of(credit, policy)),
        scans=tuple(map(shown_scans.scan_shown, handed_in)),
    )


def _line(line: Line, policy: Policy) -> LineShown:
    have, needed = plain(line.have), plain(line.need.amount)
    text = f"{have} of {needed} {line.unit_name}"
    return LineShown(
        unit=_unit(line.need.unit, policy),
        group=_group(line.need.group, policy),
        needed=line.need.amount,
        have=line.have,
        still_needed=line.still_needed,
        text=f"{text} · {plain(line.still_needed)} still needed" if line.still_needed else text,
    )


def _credit_type(kind: CreditType, policy: Policy) -> CreditTypeShown:
    unit = policy.unit(kind.unit)
    return CreditTypeShown(
        code=kind.code,
        name=kind.name,
        unit=Coded(code=unit.code, name=unit.name),
        contact_hours_per_unit=unit.contact_hours,
        minimum=unit.minimum,
        entered_by=kind.entered_by,
        groups=tuple(Coded(code=g.code, name=g.name) for g in policy.development.groups if g.code in kind.groups),
        original=_original(kind.original),
    )


def _original(needed: Proof | None) -> OriginalNeeded | None:
    return OriginalNeeded(name=needed.name, shows=needed.shows) if needed else None


def _filing(filing: Reservation | None) -> FilingShown | None:
    if filing is None:
        return None
    return FilingShown(application_id=filing.application_id, option=filing.option, filed_on=filing.filed_on)


def _unit(code: str, policy: Policy) -> Coded:
    return Coded(code=code, name=policy.unit(code).name)


def _group(code: str | None, policy: Policy) -> Coded | None:
    return next((Coded(code=g.code, name=g.name) for g in policy.development.groups if g.code == code), None)


def _reason(refusal: Refused | None) -> Reason | None:
    return reason_of(refusal) if refusal is not None else None
