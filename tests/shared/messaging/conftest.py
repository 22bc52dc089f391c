"""The reference service, running in this process."""

from collections.abc import AsyncIterator

import pytest

from shared.testing.system import System
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import TOPICS, reference


@pytest.fixture
async def system(make_system: MakeSystem, fresh_topics: FreshTopics) -> AsyncIterator[System]:
    await fresh_topics(*TOPICS)
    ref.fail_with(lambda event: None)
    ref.seen.clear()
    yield await make_system(reference)
    ref.fail_with(lambda event: None)
