"""How much hostile input: little in `make test`, as much as `ELMS_FUZZ_EXAMPLES` asks for (a factor)."""

import os
from collections import Counter

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("ELMS_FUZZ_EXAMPLES", "1"))
COUNTED: Counter[str] = Counter()


def examples(count: int) -> settings:
    """So many examples, times the factor: the same ones in every run, unless ELMS_FUZZ_RANDOM is set."""
    return settings(
        max_examples=count * FACTOR,
        derandomize="ELMS_FUZZ_RANDOM" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
