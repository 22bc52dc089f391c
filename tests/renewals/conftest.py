"""The town, running."""

import pytest

from tests.conftest import MakeSystem
from tests.renewals.town import Town, make_town


@pytest.fixture
async def town(make_system: MakeSystem) -> Town:
    """The service on real Kafka and PostgreSQL, with the town's people known."""
    return await make_town(make_system)
