"""Records whose header names are not UTF-8, which Kafka allows and aiokafka's parser does not survive.

Its consumer would raise at that record for ever, and with it the whole partition would stand still. Here the batch
is read a second time with U+FFFD in such a name: then it is a header that nobody knows.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


class _Bytes(bytearray):
    """Bytes whose text may hold what is not UTF-8."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Bytes(found) if isinstance(place, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        return super().decode(encoding, errors)


class _Batch:
    """A batch of the fast parser's, and its bytes for the case that it fails."""

    def __init__(self, parsed: Any, content: memoryview) -> None:
        self._parsed = parsed
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parsed, name)

    def __next__(self) -> Any:
        """The first record of a mark that ends a transaction: Kafka's own, whose names are text."""
        return next(self._parsed)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._parsed))
        except UnicodeDecodeError:
            return _read_again(self._content)


class Records(_MemoryRecordsPy):  # type: ignore[misc]
    """What a fetch brought from a partition, batch by batch."""

    def next_batch(self, *arguments: Any) -> Any:
        """The next batch, or None."""
        content = self._next_slice
        found = super().next_batch(*arguments)
        return found if content is None else _Batch(found, content)


def _read_again(content: memoryview) -> Iterator[Any]:
    batch = _DefaultRecordBatchPy(content)
    batch._maybe_uncompress()
    batch._buffer = _Bytes(batch._buffer)
    return iter(batch)


def read_leniently() -> None:
    """Lets every consumer of this process read so: aiokafka has no other way in."""
    fetcher.MemoryRecords = Records
