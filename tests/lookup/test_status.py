"""What the public is told of a license on a day."""

from datetime import date

import pytest

from services.lookup.domain.status import status_on
from shared.contracts.values import Period

FIRST = Period(effective_from=date(2021, 7, 1), valid_until=date(2026, 6, 30))
SECOND = Period(effective_from=date(2026, 7, 1), valid_until=date(2031, 6, 30))
LATER = Period(effective_from=date(2027, 1, 4), valid_until=date(2031, 6, 30))


Case = tuple[date, tuple[Period, ...], str, date | None, bool, str]


@pytest.mark.parametrize("case", [
    (date(2026, 6, 30), (FIRST,), "good", None, False, "active"),
    (date(2026, 7, 1), (FIRST,), "good", None, False, "expired"),
    (date(2026, 7, 1), (FIRST, SECOND), "good", None, False, "active"),
    (date(2026, 9, 1), (FIRST, LATER), "good", None, False, "expired"),
    (date(2021, 6, 30), (FIRST,), "good", None, False, "not_begun"),
    (date(2022, 6, 30), (FIRST,), "good", None, True, "provisional"),
    (date(2022, 6, 30), (FIRST,), "suspended", None, False, "suspended"),
    (date(2022, 6, 30), (FIRST,), "suspended", date(2022, 6, 30), False, "suspended"),
    (date(2022, 7, 1), (FIRST,), "suspended", date(2022, 6, 30), False, "active"),
    (date(2026, 7, 1), (FIRST,), "suspended", date(2022, 6, 30), False, "expired"),
    (date(2022, 6, 30), (FIRST,), "revoked", None, False, "revoked"),
    (date(2022, 6, 30), (FIRST,), "surrendered", None, False, "suspended"),
    (date(2022, 6, 30), (), "good", None, False, "expired"),
])  # fmt: skip
def test_the_status_follows_from_periods_standing_and_the_day(case: Case) -> None:
    day, periods, standing, until, provisional, status = case
    assert status_on(day, periods, standing, until, provisional) == status
