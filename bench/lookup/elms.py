"""The look-up's HTTP face, as an installation runs it; its limit of searches an address counts, but never refuses."""

import os
from importlib import import_module

import uvloop

from services.lookup.domain.limits import Limiter
from shared.process import Process, keep_imports
from shared.settings import Settings
from shared.telemetry import configure_logs

NUMBER, NAME = "/licenses/{}", "/licenses?q={}"


async def main() -> None:
    configure_logs("lookup", "WARNING")
    settings = Settings(database=os.environ["ELMS_REGISTER"])
    process = Process(import_module("services.lookup.app").service, ["api"], settings)
    process.runtime.kept["limiter"] = Limiter(capacity=1e12, refill=1e12)
    await process.run()


if __name__ == "__main__":
    keep_imports()
    uvloop.run(main())
