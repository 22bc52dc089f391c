"""Dates, times and amounts as people read them: "June 30, 2026", "2:14 p.m. CT", "4.5 CEU"."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from services.portal.words import _, language, n_
from shared.policies import OPEN, Policy
from shared.policies.calendar import local_date

_PATTERNS = {
    "long": {"en": "MMMM d, y", "es": "d 'de' MMMM 'de' y"},
    "short": {"en": "MMM d, y", "es": "d MMM y"},
    "day": {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM"},
    "short_month": {"en": "MMM y", "es": "MMM y"},
    "weekday": {"en": "EEEE", "es": "EEEE"},
    "month": {"en": "MMMM y", "es": "MMMM 'de' y"},
}


def day_text(value: Any, form: str = "long") -> str:
    """A date (or an ISO text, or an instant's date in UTC) in words; empty for none, "no end date" for an open end."""
    day = as_day(value)
    if day is None:
        return ""
    if day == OPEN:
        return _("no end date")
    return str(format_date(day, _PATTERNS[form][language()], locale=language()))


def time_text(value: Any, policy: Policy) -> str:
    """An instant's time of day: "2:14 p.m. CT"."""
    at = as_instant(value)
    if at is None:
        return ""
    local = at.astimezone(policy.office.zone)
    half = _("a.m.") if local.hour < 12 else _("p.m.")
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half} {policy.office.time_zone_label}"


def moment_text(value: Any, policy: Policy) -> str:
    """An instant: "June 30, 2026, 2:14 p.m. CT"."""
    at = as_instant(value)
    if at is None:
        return ""
    return f"{day_text(local_date(at, policy))}, {time_text(at, policy)}"


def age_text(since: Any, now: datetime) -> str:
    """How long ago an instant was, in its largest whole unit: "2 days", "5 minutes"."""
    at = as_instant(since)
    if at is None:
        return ""
    minutes = max(int((now - at).total_seconds() // 60), 0)
    if minutes < 60:
        return n_("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 48 * 60:
        return n_("%(num)s hour", "%(num)s hours", minutes // 60)
    return n_("%(num)s day", "%(num)s days", minutes // (24 * 60))


def amount_text(value: Any) -> str:
    """An amount without needless zeros: 4.5, 10, 1,204."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def phone_text(value: str | None) -> str:
    """A number of this country as it is dialed here: (662) 555-0144; any other as it was given."""
    digits = re.sub(r"\D", "", value or "").removeprefix("1")
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else value or ""


def event_text(kind: str | None) -> str:
    """An event's own name: `CreditsAwarded` of `elms.exchange.CreditsAwarded.v1`."""
    parts = (kind or "").split(".")
    return parts[-2] if len(parts) > 2 else kind or ""


def as_day(value: Any) -> date | None:
    """The date that a JSON value means."""
    if not value:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def as_instant(value: Any) -> datetime | None:
    """The instant that a JSON value means."""
    if not value:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
