"""A relay has one producer, and leaves none behind."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from shared.messaging import relay


class Producer:
    """Stands for aiokafka's, and counts what was made, started and closed."""

    made: list["Producer"]
    is_away = False

    def __init__(self, **_options: Any) -> None:
        self._closed = False
        self.closed: list[str] = []
        self._sender, self.client = self._part("sender"), self._part("client")
        self.made.append(self)

    def _part(self, name: str) -> Any:
        async def close() -> None:
            self.closed.append(name)

        return SimpleNamespace(close=close)

    async def start(self) -> None:
        await asyncio.sleep(0)
        if self.is_away:
            raise KafkaConnectionError


@pytest.fixture
def relaying(monkeypatch: pytest.MonkeyPatch) -> relay.Relay:
    monkeypatch.setattr(relay, "AIOKafkaProducer", Producer)
    monkeypatch.setattr(Producer, "made", [], raising=False)
    return relay.Relay(SimpleNamespace(kafka_options=dict))  # type: ignore[arg-type]


async def test_topics_that_begin_at_once_share_one_producer(relaying: relay.Relay) -> None:
    ready = await asyncio.gather(*(relaying._ready_producer() for _ in range(3)))
    assert ready == Producer.made * 3
    await relaying._throw_producer_away()
    assert [(each._closed, each.closed) for each in Producer.made] == [(True, ["sender", "client"])]


async def test_a_producer_that_cannot_start_is_closed(relaying: relay.Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Producer, "is_away", True)
    for _ in range(2):
        with pytest.raises(KafkaConnectionError):
            await relaying._ready_producer()
    assert [(each._closed, each.closed) for each in Producer.made] == [(True, ["sender", "client"])] * 2
