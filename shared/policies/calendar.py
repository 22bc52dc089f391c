"""Business days and deadlines of a jurisdiction: pure arithmetic on dates, from the policy's office table."""

from datetime import UTC, date, datetime, timedelta

from shared.policies.clocks import OPEN
from shared.policies.policy import Policy

_DAY = timedelta(days=1)


def local_date(instant: datetime, policy: Policy) -> date:
    """The jurisdiction's date at an instant (aware)."""
    return instant.astimezone(policy.office.zone).date()


def holiday_on(day: date, policy: Policy) -> str | None:
    """The name of the holiday for which the office is closed that day."""
    return policy.office.holidays_in(day.year).get(day)


def is_business_day(day: date, policy: Policy) -> bool:
    """Whether the office works that day."""
    return day.weekday() not in policy.office.closed_weekdays and holiday_on(day, policy) is None


def next_business_day(day: date, policy: Policy) -> date:
    """The first business day after `day`."""
    return business_day_from(day + _DAY, policy)


def business_day_from(day: date, policy: Policy) -> date:
    """The day itself if the office works, or the first business day after it."""
    while not is_business_day(day, policy):
        day += _DAY
    return day


def business_day_until(day: date, policy: Policy) -> date:
    """The day itself if the office works, or the last business day before it."""
    while not is_business_day(day, policy):
        day -= _DAY
    return day


def print_cut_off(day: date, policy: Policy) -> datetime:
    """The instant (UTC) at which that day's batch is cut; until then what is in it can be undone or readdressed."""
    local = datetime.combine(day, policy.office.print_cut_off, tzinfo=policy.office.zone)
    return local.astimezone(UTC)


def print_day(instant: datetime, policy: Policy) -> date:
    """The business day whose batch prints what was decided at that instant: the next one."""
    return next_business_day(local_date(instant, policy), policy)


def review_due(filed_on: date, policy: Policy) -> date:
    """The day by which an approver has to decide what was filed that day; then it escalates."""
    return business_day_from(filed_on + timedelta(days=policy.review.days), policy)


def last_safe_date(valid_until: date, policy: Policy) -> date | None:
    """The last business day to file so that the reviewer's time limit ends before the license does.

    None where the end is not known.
    """
    if valid_until == OPEN:
        return None
    day = business_day_until(valid_until - timedelta(days=policy.review.days), policy)
    while review_due(day, policy) >= valid_until:
        day = business_day_until(day - _DAY, policy)
    return day
