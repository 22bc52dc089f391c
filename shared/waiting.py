"""Where everything that is asynchronous stands, told when something does not end."""

import gc
from collections.abc import Iterator
from types import AsyncGeneratorType, CoroutineType


def waits() -> Iterator[str]:
    """Each coroutine and asynchronous generator that is not done, with the line at which it waits."""
    for each in gc.get_objects():
        frame = None
        if isinstance(each, CoroutineType):
            frame = each.cr_frame
        elif isinstance(each, AsyncGeneratorType):
            frame = each.ag_frame
        if frame is not None:
            yield f"{each.__qualname__} at {frame.f_code.co_filename}:{frame.f_lineno}"
