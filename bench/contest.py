"""A row of the table: its contenders, run in turns, and what came out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.servers import Servers
from bench.stage import Stage, Taken, stage


@dataclass(frozen=True)
class Contender:
    """One of those compared: its program, and how many events it is given; in the full bench, `full` many.

    `licenses` is how many there are already, `workers` how many share the work, where that is what is compared.
    """

    name: str
    module: str
    events: int
    full: int | None = None
    licenses: int = 0
    workers: int = 1


@asynccontextmanager
async def _nothing(servers: Servers, size: int) -> AsyncIterator[None]:
    yield None


@dataclass(frozen=True)
class Row:
    """One comparison. `run` plays one contender on its stage, and raises `Miscounted` when the counts are wrong.

    `shared` is what all rounds need and none changes, of this `size`: the stage has it as `shared`. `servers` are
    others beside, or in place of, those that all rows have.
    """

    name: str
    about: str
    unit: str
    contenders: tuple[Contender, ...]
    run: Callable[[Stage], Awaitable[None]]
    full_only: bool = False
    shared: Callable[[Servers, int], AbstractAsyncContextManager[Any]] = _nothing
    size: int = 0
    full_size: int = 0
    servers: Callable[[Servers], AbstractAsyncContextManager[Servers]] = nullcontext


@dataclass(frozen=True)
class Outcome:
    """All runs of one contender, each counted and found right."""

    row: Row
    contender: Contender
    runs: Sequence[Taken]

    @property
    def rates(self) -> list[float]:
        """Events a second, run by run."""
        return [self.contender.events / run.seconds for run in self.runs]

    @property
    def figures(self) -> dict[str, dict[str, float]]:
        """What else was measured: median, minimum and maximum of the runs, by name."""
        found = {name: [run.figures[name] for run in self.runs] for name in self.runs[0].figures}
        return {
            name: {"median": round(median(all_), 2), "minimum": round(min(all_), 2), "maximum": round(max(all_), 2)}
            for name, all_ in found.items()
        }

    @property
    def processor(self) -> dict[str, float]:
        """Microseconds of processor time an event, by class: the median of the runs."""
        return {
            name: median(run.processor[name] for run in self.runs) / self.contender.events * 1e6
            for name in self.runs[0].processor
        }

    def as_json(self) -> dict[str, Any]:
        """As it stands in the results."""
        return {
            "row": self.row.name,
            "contender": self.contender.name,
            "unit": self.row.unit,
            "events": self.contender.events,
            "median": round(median(self.rates)),
            "minimum": round(min(self.rates)),
            "maximum": round(max(self.rates)),
            "runs": [round(rate) for rate in self.rates],
            "figures": self.figures,
            "processor_us": {name: round(value, 1) for name, value in self.processor.items()},
        }


async def play(row: Row, servers: Servers, rounds: int, told: Callable[[str], None]) -> list[Outcome]:
    """Runs the row's contenders in turns, so that a slow minute of the machine meets them all."""
    runs: dict[Contender, list[Taken]] = {contender: [] for contender in row.contenders}
    async with row.servers(servers) as own, row.shared(own, row.size) as shared:
        for number, contender in _turns(row, rounds):
            taken = await play_once(row, contender, own, shared)
            runs[contender].append(taken)
            figures = "".join(f"  {name} {value:,.1f}" for name, value in taken.figures.items())
            rate = f"{contender.events / taken.seconds:10,.0f} {row.unit}"
            told(f"{row.name} {number}/{rounds}  {contender.name:20} {rate}{figures}")
    return [Outcome(row, contender, taken) for contender, taken in runs.items()]


async def play_once(row: Row, contender: Contender, servers: Servers, shared: Any = None) -> Taken:
    """One counted run."""
    async with stage(servers, contender.module, contender.events) as made:
        made.shared, made.licenses, made.workers = shared, contender.licenses, contender.workers
        await row.run(made)
    assert made.taken is not None
    return made.taken


def _turns(row: Row, rounds: int) -> Iterator[tuple[int, Contender]]:
    for number in range(1, rounds + 1):
        for contender in row.contenders:
            yield number, contender
