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
    with servers() as running:
        environment = os.environ | {"ELMS_TEST_KAFKA": running.kafka, "ELMS_TEST_POSTGRES": running.postgres}
        try:
            command = [sys.executable, "-m", *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False, timeout=LONGEST).returncode
        except subprocess.TimeoutExpired:
            print(f"\n{sys.argv[1]} was not done after {LONGEST // 60} minutes", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
