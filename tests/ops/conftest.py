"""The operator's desk: one for each module of tests that asks for it, and one process that forks their commands."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from ops.prepare import with_database
from shared.testing.nursery import Nursery
from shared.testing.system import System
from tests.conftest import FreshDatabase
from tests.ops.desk import Desk


@pytest.fixture(scope="session")
def commands() -> Iterator[Nursery]:
    """`elms`, imported once and forked for each command."""
    nursery = Nursery("tests.ops.desk:play", ["ops.cli", *(f"services.{name}.app" for name in with_database())])
    nursery.dead()  # answers when all is imported: later, our own services' loop would stand still meanwhile
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
async def desk(
    commands: Nursery, kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """An installation with a database for each service, in which nothing runs yet."""
    made = Desk(System(kafka, f"desk{uuid4().hex[:8]}.", tmp_path_factory.mktemp("desk")), commands)
    await made.lay_out(fresh_database)
    yield made
    await made.close()
