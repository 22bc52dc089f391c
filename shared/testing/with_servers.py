"""Runs a command beside test servers of its own: `python -m shared.testing.with_servers pytest -n 4`.

The workers of a parallel test run share one Kafka and one PostgreSQL; fresh databases and topics keep tests apart.
Asked to end (SIGTERM), or after 45 minutes, it ends the command and the servers.
"""

import os
import signal
import subprocess
import sys

from shared.testing.stack import servers

LONGEST = 45 * 60
"""Seconds. A test that hangs is ended long before; this is for what no test's time covers."""


def main() -> int:
    """The command's exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    command = [sys.executable, "-m", *sys.argv[1:]]
    with servers() as running:
        try:
            ended = subprocess.run(command, env=os.environ | running.environment, check=False, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            sys.exit(f"{sys.argv[1]} was not done after {LONGEST // 60} minutes")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
