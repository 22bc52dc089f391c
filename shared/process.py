"""One process of one service, in some of its roles: starts what they need, stops it in order.

Stopping: no new requests and no new batches; what is at hand is finished; then connections close. What does not end
by then is cut off: nothing is lost by it, as nothing is by a kill.
"""

import asyncio
import contextlib
import faulthandler
import gc
import os
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
import uvicorn
import uvloop

from shared.effects import worker as effects
from shared.messaging.backoff import Backoff
from shared.messaging.broker import connect
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.runtime import Runtime
from shared.schedule import run_schedule
from shared.service import Service
from shared.settings import Settings
from shared.telemetry import configure_logs
from shared.waiting import end, waits
from shared.web.app import create_app, with_short_ways

log = structlog.get_logger()

LONGEST_STOP = 20.0
"""Seconds; whoever runs processes gives them 30 before they kill."""

STEPS = 20


class Process:
    """A running service. `run` lasts until the process is asked to stop."""

    def __init__(self, service: Service, roles: Sequence[str], settings: Settings) -> None:
        self.runtime = Runtime(service, settings)
        self.roles = tuple(role for role in service.roles if role in roles or "all" in roles)
        self.app = create_app(self.runtime, routes="api" in self.roles)
        self.started = asyncio.Event()
        self.consumers: dict[str, Consumer] = {}
        self._relay = Relay(self.runtime) if "relay" in self.roles else None
        self._broker: Any = None
        self._tasks: list[asyncio.Task[Any]] = []
        self._server: uvicorn.Server | None = None

    async def run(self) -> None:
        """Starts, serves until SIGTERM or SIGINT, stops gracefully."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._stop_soon)
        await self.start()
        await self.runtime.stopping.wait()
        await self.stop()

    async def start(self) -> None:
        """Starts every role. HTTP answers at once, so that health can be asked while the rest comes up."""
        self._serve()
        if self._relay is not None:
            self._spawn(self._relay.run())
        if "effects" in self.roles:
            self._spawn(effects.run(self.runtime))
        if "schedule" in self.roles:
            self._spawn(run_schedule(self.runtime))
        if "worker" in self.roles:
            await self._start_worker()
        self.started.set()
        log.info("started", roles=self.roles)

    async def stop(self) -> None:
        """Stops in order: requests, batches, then relay, effects and schedule."""
        if self._server is not None:
            self._server.should_exit = True
        if self._broker is not None:
            for consumer in self.consumers.values():
                await consumer.finish()
            await self._broker.stop()
        await end(self._tasks[1:])
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.runtime.close()
        log.info("stopped")

    def consumers_health(self) -> dict[str, Any]:
        return {name: consumer.health() for name, consumer in self.consumers.items()}

    def relay_leads(self) -> bool | None:
        return self._relay.leads if self._relay is not None else None

    def _stop_soon(self) -> None:
        give_up_after(LONGEST_STOP)
        self.runtime.stopping.set()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _serve(self) -> None:
        """Every process has the HTTP face's health and metrics; the routes too, where it has the role."""
        self.app.state.process = self
        settings = self.runtime.settings
        port = settings.port_of(self.runtime.service.name)
        lean = self.runtime.service.lean if "api" in self.roles else {}
        config = uvicorn.Config(
            with_short_ways(self.app, lean),
            settings.host,
            port,
            server_header=False,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=10,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._spawn(self._serve_until_stopped(self._server))

    async def _serve_until_stopped(self, server: uvicorn.Server) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await server._serve()
        self.runtime.stopping.set()

    async def _start_worker(self) -> None:
        backoff = Backoff()
        while not self.runtime.stopping.is_set():
            self._broker, self.consumers = connect(self.runtime, self.runtime.subscriptions)
            try:
                await self._broker.start()
            except Exception as error:
                log.warning("waiting for Kafka", error=repr(error)[:200])
                await self._broker.stop()
                await backoff.wait(self.runtime.stopping)
            else:
                return


def give_up_after(seconds: float) -> None:
    """Ends the process as a kill would when it has not stopped by then, and says first what it still waits for.

    Counted in steps: a process that could not run for a while (frozen, or others had the machine) has its time yet.
    """
    faulthandler.dump_traceback_later(3 * seconds + 5, exit=True)  # where even the loop stands still
    _count_down(seconds / STEPS, STEPS)


def _count_down(step: float, left: int) -> None:
    if left:
        asyncio.get_running_loop().call_later(step, _count_down, step, left - 1)
    else:
        _give_up()


def _give_up() -> None:
    try:
        log.error("does not end", at=list(waits()))
    finally:
        os._exit(1)


def run(service: Service, roles: Sequence[str], settings: Settings | None = None) -> None:
    """Runs a service in these roles (`all` for every one) until the process is asked to stop."""
    settings = settings or Settings()
    configure_logs(service.name, settings.log_level)
    keep_imports()
    uvloop.run(_run(service, roles, settings))


def keep_imports() -> None:
    """What is imported by now stays: the garbage collector passes over it, and comes less often amid a batch.

    A batch is thousands of objects that are all in use until it is committed, and none of them is in a cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


async def _run(service: Service, roles: Sequence[str], settings: Settings) -> None:
    await Process(service, roles, settings).run()
