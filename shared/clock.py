"""Business time: real time plus an offset that only a demonstration may set.

Commands take `now` and `today` as values; nothing reads the wall clock in SQL or in a domain. Tokens, leases,
retries and health use real time (`time.monotonic`, `datetime.now`) and never this clock.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Something that tells business time, in UTC."""

    def now(self) -> datetime: ...


@dataclass
class SystemClock:
    """Real time, plus the offset in `offset_file` (seconds) where a demonstration has written one."""

    offset_file: Path | None = None
    _offset: timedelta = timedelta()
    _looked: float = field(default=-1.0)

    def now(self) -> datetime:
        if self.offset_file is not None and time.monotonic() - self._looked > 0.05:
            self._offset = read_offset(self.offset_file)
            self._looked = time.monotonic()
        return datetime.now(UTC) + self._offset


@dataclass
class FrozenClock:
    """A clock that stands until it is moved; for tests."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        """Moves the clock by a `timedelta`'s arguments."""
        self.at += timedelta(**by)

    def set(self, at: datetime) -> None:
        """Puts the clock at an instant."""
        self.at = at


def read_offset(file: Path) -> timedelta:
    """The offset in the file; none where there is no file."""
    try:
        return timedelta(seconds=float(file.read_text() or "0"))
    except FileNotFoundError:
        return timedelta()


def write_offset(file: Path, offset: timedelta) -> None:
    """Puts the business clock at real time plus `offset`, for every service that reads this file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(".new")
    staged.write_text(str(offset.total_seconds()))
    staged.replace(file)
