"""The demo's business clock: it only ever goes on."""

import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from shared.clock import SystemClock, read_offset, write_offset
from shared.policies.calendar import local_date, next_business_day
from shared.settings import Settings


def forward(settings: Settings, to: datetime) -> None:
    """Moves the business clock of all services to an instant."""
    file = settings.data / "clock"
    offset = read_offset(file) + (to - SystemClock(file).now())
    write_offset(file, offset)
    time.sleep(0.2)


def today(settings: Settings) -> date:
    """The jurisdiction's business date."""
    return local_date(SystemClock(settings.data / "clock").now(), settings.policy)


def next_morning(settings: Settings) -> datetime:
    """Moves to just after the next business day's cut-off, and returns that time; weekends, holidays are skipped."""
    policy = settings.policy
    day = next_business_day(today(settings), policy)
    morning = datetime.combine(day, time_of_day(6, 0), policy.office.zone) + timedelta(minutes=2)
    forward(settings, morning)
    return morning
