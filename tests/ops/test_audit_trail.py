"""`elms audit verify`: a trail as it was written is whole; whatever was done to a sealed row is found, and where."""

from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from ops.installation import wiring_of
from shared.audit import ROWS, commitment, merkle_root, seal
from shared.database import fetch
from shared.runtime import Runtime
from tests.ops.desk import Desk

OF = "renewals"
WHOLE = "Every sealed row is as it was written."


@pytest.fixture(scope="module")
async def runtime(desk: Desk) -> AsyncIterator[Runtime]:
    """The service whose trail is written here."""
    made = Runtime(wiring_of(OF), desk.system.settings(OF, desk.databases[OF]))
    yield made
    await made.close()


@pytest.fixture
async def trail(desk: Desk, runtime: Runtime) -> None:
    """Two seals, of rows 1 to 5 and 6 to 9; number 4 was never written, row 10 is not sealed yet."""
    await desk.rows(OF, "TRUNCATE audit, audit_seal RESTART IDENTITY")
    await write(runtime, 3)
    await desk.rows(OF, "SELECT nextval(pg_get_serial_sequence('audit', 'id'))")
    await write(runtime, 1)
    assert await seal(runtime) == 4
    await write(runtime, 4)
    assert await seal(runtime) == 4
    await write(runtime, 1)


async def write(runtime: Runtime, count: int) -> None:
    async with runtime.work(actor="person:ann") as work:
        for number in range(count):
            work.audit("application read", f"R-{number}", queue="Rankin")


async def test_a_trail_as_it_was_written_is_whole_in_every_service(desk: Desk, trail: None) -> None:
    said = await desk.elms("audit", "verify")
    assert (said.code, said.text) == (0, f"{WHOLE}\n")


COLUMNS = "id, at, actor, action, subject, detail, salt"
FIRST, SECOND = "rows 1 to 5", "rows 6 to 9"
DONE = {
    "who": ("UPDATE audit SET actor = 'person:ben' WHERE id = 2", FIRST, 1),
    "when": ("UPDATE audit SET at = at - interval '1 second' WHERE id = 2", FIRST, 1),
    "what": ("UPDATE audit SET action = 'application seen' WHERE id = 7", SECOND, 2),
    "about what": ("UPDATE audit SET subject = 'R-7' WHERE id = 9", SECOND, 2),
    "detail": ("""UPDATE audit SET detail = '{"queue": "Hinds"}' WHERE id = 1""", FIRST, 1),
    "removed": ("DELETE FROM audit WHERE id = 8", SECOND, 2),
    "first removed": ("DELETE FROM audit WHERE id = 1", FIRST, 1),
    "last removed": ("DELETE FROM audit WHERE id = 9", SECOND, 2),
    "all of a seal removed": ("DELETE FROM audit WHERE id <= 5", FIRST, 1),
    "inserted": (
        f"""INSERT INTO audit ({COLUMNS}) OVERRIDING SYSTEM VALUE
            SELECT 4, at, actor, action, subject, detail, salt FROM audit WHERE id = 3""",
        FIRST, 1,
    ),
    "reordered": (
        f"""WITH gone AS (DELETE FROM audit WHERE id IN (6, 7) RETURNING {COLUMNS})
            INSERT INTO audit ({COLUMNS}) OVERRIDING SYSTEM VALUE
            SELECT 13 - id, at, actor, action, subject, detail, salt FROM gone""",
        SECOND, 2,
    ),
    "a seal removed": ("DELETE FROM audit_seal WHERE number = 1", "rows 1 to 9", 2),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "rows", "number"), DONE.values(), ids=DONE)
async def test_what_was_done_to_a_sealed_row_is_found_where_it_was_done(
    desk: Desk, trail: None, sql: str, rows: str, number: int
) -> None:
    # the rows of "reordered" may not meet within one statement
    await desk.rows(OF, "ALTER TABLE audit DROP CONSTRAINT pk_audit")
    await desk.rows(OF, sql)
    await desk.rows(OF, "ALTER TABLE audit ADD CONSTRAINT pk_audit PRIMARY KEY (id)")
    said = await desk.elms("audit", "verify")
    found = f"{OF}: {rows}: changed, added or removed since seal {number}"
    assert (said.code, said.text.splitlines()) == (1, [f"  {found}", "1 problems."])


async def test_a_seal_made_anew_by_somebody_without_the_key_is_found(desk: Desk, trail: None, runtime: Runtime) -> None:
    """Who can write the table makes row and seal agree, and the seals behind it; the signature is the service's."""
    await desk.rows(OF, "UPDATE audit SET actor = 'person:ben' WHERE id = 7")
    key = generate_private_key(SECP256R1())
    async with runtime.database.begin() as connection:
        [kept] = await fetch(connection, "SELECT previous FROM audit_seal WHERE number = 2")
        root = merkle_root([commitment(row) for row in await fetch(connection, ROWS, after=5, upto=9)], kept.previous)
        await fetch(
            connection, "UPDATE audit_seal SET root = :root, signature = :signature WHERE number = 2",
            root=root, signature=key.sign(root, ECDSA(SHA256())),
        )  # fmt: skip
    said = await desk.elms("audit", "verify")
    assert (said.code, f"{OF}: {SECOND}: seal 2 is not signed by this service" in said) == (1, True), said.text


async def test_every_services_trail_is_looked_at(desk: Desk, trail: None) -> None:
    """A seal that nobody signed, in each of them."""
    others = sorted(desk.databases.keys() - {OF})
    for name in others:
        await desk.rows(
            name, "INSERT INTO audit_seal (last_id, root, previous, signature) VALUES (3, 'root', '', 'nobody')"
        )
    said = await desk.elms("audit", "verify")
    for name in others:
        await desk.rows(name, "TRUNCATE audit_seal")
    assert (said.code, f"{2 * len(others)} problems." in said) == (1, True), said.text
    assert all(f"{name}: rows 1 to 3: seal" in said for name in others)
