"""Runs a command beside test servers of its own: `python -m shared.testing.with_servers pytest -n 4`.

The workers of a parallel test run share one Kafka and one PostgreSQL; fresh databases and topics keep tests apart.
"""

import os
import subprocess
import sys

from shared.testing.stack import servers


def main() -> int:
    """The command's exit code."""
    with servers() as running:
        environment = os.environ | {"ELMS_TEST_KAFKA": running.kafka, "ELMS_TEST_POSTGRES": running.postgres}
        return subprocess.run([sys.executable, "-m", *sys.argv[1:]], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
