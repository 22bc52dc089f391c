"""What the demo shows: chapters, steps with their milliseconds, and the events as an observer of Kafka sees them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.errors import Obstacle
from ops.prepare import wanted_topics
from ops.progress import console
from shared.settings import Settings

T = TypeVar("T")


def chapter(number: int, title: str) -> None:
    """A heading."""
    console.print()
    console.print(f"[bold]{number}. {title}[/bold]")


def tell(text: str, milliseconds: float | None = None) -> None:
    """One line of the timeline."""
    when = f"{milliseconds:9.1f} ms" if milliseconds is not None else " " * 12
    console.print(f"  {when}  {text}", highlight=False)


@contextmanager
def timed(text: str) -> Iterator[None]:
    """A step, told with how long it took."""
    began = time.perf_counter()
    yield
    tell(text, (time.perf_counter() - began) * 1000)


async def until(what: str, look: Callable[[], Awaitable[T | None]], *, seconds: float = 60, every: float = 0.02) -> T:
    """Looks again and again until there is something. Raises `Obstacle` after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        found = await look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > end:
            raise Obstacle(f"{what} did not happen within {seconds:.0f} s.")
        await asyncio.sleep(every)


@dataclass(frozen=True)
class Heard:
    """One event, as it stands in Kafka."""

    kind: str
    service: str
    trace: str
    at: float  # seconds since 1970, of the relay


@dataclass
class Observer:
    """A plain Kafka client that reads everything the services say from now on."""

    settings: Settings
    heard: list[Heard] = field(default_factory=list)
    _consumer: AIOKafkaConsumer | None = None
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        names = [topic.name for topic in wanted_topics() if not topic.name.startswith(("inbound", "identity.mailing"))]
        self._consumer = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka, enable_auto_commit=False)
        await self._consumer.start()
        parts = [TopicPartition(name, p) for name in names for p in range(6)]
        self._consumer.assign(parts)
        await self._consumer.seek_to_end()
        self._task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        assert self._consumer is not None
        async for record in self._consumer:
            headers = dict(record.headers)
            trace = headers.get("traceparent", b"").decode()[3:35]
            kind = headers.get("ce_type", b"").decode().split(".")[-2:-1]
            service = headers.get("ce_source", b"").decode().rsplit("/", 1)[-1]
            self.heard.append(Heard("".join(kind), service, trace, record.timestamp / 1000))

    def tell_since(self, kind: str, began: float) -> None:
        """The events that followed from the last event of this kind, with the milliseconds since `began`."""
        last = next((h for h in reversed(self.heard) if h.kind == kind), None)
        if last is None:
            return
        for heard in sorted((h for h in self.heard if h.trace == last.trace), key=lambda h: h.at):
            tell(f"{heard.kind} [dim]({heard.service})[/dim]", max(0.0, (heard.at - began) * 1000))

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._consumer is not None:
            await self._consumer.stop()


@asynccontextmanager
async def observing(settings: Settings) -> AsyncIterator[Observer]:
    """Somebody who reads along for as long as the context lasts."""
    observer = Observer(settings)
    await observer.start()
    try:
        yield observer
    finally:
        await observer.stop()


def counted(rows: list[dict[str, Any]]) -> str:
    """Errors of an import, the first three in words."""
    return "; ".join(f"row {r['row']}, {r['field']}: {r['problem']}" for r in rows[:3])
