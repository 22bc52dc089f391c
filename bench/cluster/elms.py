"""Credentials as an operations team scales it: one relay, and as many workers as it is told."""

import os
import sys

import uvloop

from bench.chain import elms
from bench.chain.family import family

OUTBOX = elms.OUTBOX


async def main(role: str = "") -> None:
    """A worker; or without a role the relay, and the workers beside it."""
    if role:
        await elms.process("credentials", (role,)).run()
        return
    with family("bench.cluster.elms", ["worker"] * int(os.environ["ELMS_WORKERS"])):
        await elms.process("credentials", ("relay",)).run()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
