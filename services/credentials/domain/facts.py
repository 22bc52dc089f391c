"""How values become what is said: states, periods, reasons."""

from services.credentials.domain.license import License, Period
from shared.contracts import values
from shared.contracts.credentials import LicenseState
from shared.contracts.values import PeriodEarned, Reason
from shared.errors import Refused
from shared.ids import LicenseId, PersonId


def state_of(license: License) -> LicenseState:
    """The license as it now stands."""
    return LicenseState(
        license_id=LicenseId(license.license_id),
        public_id=license.public_id,
        number=license.number,
        person_id=PersonId(license.person_id),
        license_class=license.license_class,
        license_type=license.license_type,
        endorsements=license.endorsements,
        periods=tuple(
            PeriodEarned(
                effective_from=period.effective_from,
                valid_until=period.valid_until,
                application_id=str(period.application_id) if period.application_id else None,
                earned_at=period.earned_at,
            )
            for period in license.periods
        ),
        standing=license.standing.value,
        standing_until=license.standing_until,
        provisional=license.provisional,
        discipline=license.discipline,
    )


def period_of(period: Period) -> values.Period:
    """A period, as events carry it."""
    return values.Period(effective_from=period.effective_from, valid_until=period.valid_until)


def reason_of(refusal: Refused) -> Reason:
    """Why, as events carry it: the code, the sentence, the field."""
    return Reason(code=refusal.code, text=str(refusal), field=refusal.field)
