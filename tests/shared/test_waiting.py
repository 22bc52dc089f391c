"""What is done together ends together, even where something loses a cancellation."""

import asyncio

import pytest

from shared import schedule
from shared.service import Scheduled
from shared.waiting import CutShort, end, together


class Deaf:
    """Work that loses the first cancellations, as one that meets an answer is lost in `wait_for`."""

    def __init__(self, loses: int = 1) -> None:
        self.loses = loses
        self.is_under_way = asyncio.Event()
        self.has_ended = False

    async def work(self) -> None:
        while True:
            self.is_under_way.set()
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                self.loses -= 1
                if self.loses < 0:
                    self.has_ended = True
                    raise


async def fail_when(event: asyncio.Event) -> None:
    await event.wait()
    raise ConnectionError("the session ended")


async def test_the_failure_of_one_ends_the_others_however_deaf_and_is_raised() -> None:
    deaf = Deaf(loses=2)
    with pytest.raises(ConnectionError, match="the session ended"):
        await together(fail_when(deaf.is_under_way), deaf.work())
    assert deaf.has_ended


async def test_what_was_cut_short_from_inside_ends_the_others_too() -> None:
    """As a topic's loop whose producer another loop has closed: the relay went on with nobody saying anything."""
    deaf, closed = Deaf(), asyncio.get_running_loop().create_future()

    async def wait_for_what_is_closed() -> None:
        await deaf.is_under_way.wait()
        closed.cancel()
        await closed

    with pytest.raises(CutShort):
        await together(wait_for_what_is_closed(), deaf.work())
    assert deaf.has_ended


async def test_who_waits_is_cancelled_when_all_have_ended() -> None:
    deaf = Deaf(loses=2)
    task = asyncio.create_task(together(deaf.work(), asyncio.sleep(3600)))
    await deaf.is_under_way.wait()
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # asked twice: not before the work has ended, all the same
    with pytest.raises(asyncio.CancelledError):
        await task
    assert deaf.has_ended


async def test_what_had_failed_already_is_no_complaint(caplog: pytest.LogCaptureFixture) -> None:
    failed = asyncio.create_task(fail_when(told := asyncio.Event()))
    told.set()
    await asyncio.sleep(0)
    await end([failed])
    del failed
    assert caplog.records == []


class Session:
    """A database's session that ends after so many questions."""

    def __init__(self, answers: int) -> None:
        self.answers = answers

    async def __aenter__(self) -> "Session":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def fetchval(self, sql: str, *_: object) -> bool:
        self.answers -= 1
        if self.answers < 0:
            raise ConnectionError("the session ended")
        return True


class Runtime:
    """A service with one scheduled work; each session of its database ends at the second question."""

    def __init__(self, run: Scheduled) -> None:
        self.service = self.database = self
        self.schedule = (run,)
        self.sessions = 0

    def session(self, **_: object) -> Session:
        self.sessions += 1
        return Session(1)


async def test_a_schedule_begins_anew_though_its_work_lost_the_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the look-up's did under chaos: its freshness went on without the lock, and no rebuild was ever begun."""
    begun: list[Deaf] = []

    async def run(_: object) -> None:
        begun.append(Deaf())
        await begun[-1].work()

    monkeypatch.setattr(schedule, "HOUSEKEEPING", ())
    task = asyncio.create_task(schedule.run_schedule(Runtime(Scheduled(0, run))))  # type: ignore[arg-type]
    async with asyncio.timeout(30):
        while len(begun) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert begun[0].has_ended
    await end([task])
