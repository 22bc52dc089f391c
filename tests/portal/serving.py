"""The portal and its fake services on real ports, for browsers: `served()` gives the portal's address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from ops.local.ports import free_port
from services.portal.app import service
from services.portal.session import COOKIE
from shared.clock import FrozenClock
from shared.process import Process
from shared.settings import SERVICES, Settings
from shared.telemetry import configure_logs
from tests.portal.fakes import Fakes
from tests.portal.visitor import Visitor

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


@dataclass
class Served:
    """A portal that runs, and what stands behind it."""

    address: str
    fakes: Fakes
    process: Process

    def let_idle(self, visitor: Visitor) -> None:
        """Turns the visit's cookie back by an hour: its session has ended."""
        visitor.client.cookies.set(COOKIE, self.idled(visitor.client.cookies[COOKIE]), domain="127.0.0.1")

    def idled(self, cookie: str) -> str:
        """The cookie of a visit as it would be after an hour in which nothing was done."""
        site = self.process.app.routes[-1].app.state.site  # type: ignore[attr-defined]
        kept = site.sealer.open(cookie, "visit", 10**6)
        kept["used"] -= 3600
        return str(site.sealer.seal(kept, "visit"))


@contextlib.asynccontextmanager
async def served(folder: Path, **settings: object) -> AsyncIterator[Served]:
    """A portal whose peers are fakes."""
    configure_logs("portal", "WARNING")
    fakes, port, behind = Fakes(), free_port(), free_port()
    peers = {name: f"http://127.0.0.1:{behind}/{name}" for name in SERVICES}
    given = {"patience": 30.0} | settings  # a test may share the machine with much else
    made = Settings(port=port, peers=peers, data=folder, keys=folder / "keys", demo=True, **given)  # type: ignore[arg-type]
    made.__dict__["clock"] = FrozenClock(NOW)
    server = uvicorn.Server(
        uvicorn.Config(
            fakes.application(), "127.0.0.1", behind, log_config=None, lifespan="off", timeout_graceful_shutdown=10
        )
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve())
    process = Process(service, ("api",), made)
    await process.start()
    address = f"http://127.0.0.1:{port}"
    await until_open(port)
    await until_open(behind)
    try:
        yield Served(address, fakes, process)
    finally:
        await process.stop()
        server.should_exit = True
        await task


async def until_open(port: int) -> None:
    """Waits until somebody answers at a port. Raises `TimeoutError`."""
    for _ in range(1500):
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(port)
