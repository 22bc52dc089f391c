"""Days and times as people read them: 2:14 p.m. CT, May 3, June 30, 2026."""

from datetime import date, datetime

from shared.policies import Policy
from shared.policies.calendar import local_date


def clock_time(at: datetime, policy: Policy) -> str:
    """2:14 p.m."""
    local = at.astimezone(policy.office.zone)
    return f"{local.hour % 12 or 12}:{local.minute:02} {'a.m.' if local.hour < 12 else 'p.m.'}"


def long_date(day: date) -> str:
    """June 30, 2026"""
    return f"{day:%B} {day.day}, {day.year}"


def moment(at: datetime, now: datetime, policy: Policy) -> str:
    """`at 2:14 p.m.` of the same day; otherwise with its day."""
    time, day = clock_time(at, policy), local_date(at, policy)
    return f"at {time}" if day == local_date(now, policy) else f"on {long_date(day)} at {time}"


def since(at: datetime, now: datetime, policy: Policy) -> str:
    """2:14 p.m. of the same day; otherwise its day."""
    day = local_date(at, policy)
    return clock_time(at, policy) if day == local_date(now, policy) else long_date(day)


def ended(words: str) -> str:
    """With a full stop, unless an abbreviation brings one: 2:14 p.m."""
    return words if words.endswith(".") else f"{words}."


def weekday_date(day: date) -> str:
    """Thursday, May 14"""
    return f"{day:%A}, {day:%B} {day.day}"


def listed(words: list[str]) -> str:
    """a, b and c"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
