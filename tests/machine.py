"""Programs that a few tests use, and that only the machine can bring."""

import os
import shutil

import pytest


def program(*names: str) -> str:
    """The path of the first of these that is there. Its tests are passed over where none is; CI has them all."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        absent = f"{names[0]} is not on this machine; Debian's package of that name brings it"
        if os.environ.get("CI"):
            pytest.fail(absent)
        pytest.skip(absent)
    return found
