"""The conductor: lets the lanes' faults come, measures what each costs, and notes all of it as a trace."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.chaos import plan
from tests.chaos.faults import FAULTS, Field
from tests.chaos.plan import Fault


@dataclass
class Told:
    """One fault that came: when, how long everything stood, how long everybody needed afterwards."""

    lane: str
    fault: Fault
    began: float
    healed: float = 0.0
    recovery: float | None = None
    stall: float = 0.0
    problem: str = ""


@dataclass
class Conductor:
    """All lanes of a run."""

    at: Field
    seed: int
    trace: Path
    told: list[Told] = field(default_factory=list)

    async def run(self, seconds: float, lanes: list[str]) -> None:
        """Faults in every lane until the time is over; then all are healed."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._lane(lane, end) for lane in lanes))
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    async def _lane(self, lane: str, end: float) -> None:
        for fault in plan.faults(self.seed, lane):
            await asyncio.sleep(fault.pause)
            if time.monotonic() + fault.seconds > end:
                return
            await self._inject(lane, fault)

    async def _inject(self, lane: str, fault: Fault) -> None:
        told = Told(lane, fault, time.monotonic())
        self.told.append(told)
        try:
            await FAULTS[fault.kind](self.at, fault)
        except Exception as error:
            told.problem = f"{type(error).__name__}: {error}"
        told.healed = time.monotonic()
        told.recovery = await self.at.watch.recovered()
        told.stall = self.at.watch.stall(told.began, time.monotonic())
        self._write(told)

    def _write(self, told: Told) -> None:
        line = {
            "lane": told.lane, "fault": str(told.fault), "number": told.fault.number, "seed": self.seed,
            "lasted": round(told.healed - told.began, 2), "recovery": told.recovery, "stall": round(told.stall, 2),
            "problem": told.problem, "at": time.time(),
        }  # fmt: skip
        with self.trace.open("ab") as out:
            out.write(orjson.dumps(line) + b"\n")
        recovery = f"{told.recovery:5.1f} s" if told.recovery is not None else "  > 90 s"
        print(f"  {recovery}  {told.fault!s:<44}{told.problem[:90]}", flush=True)
