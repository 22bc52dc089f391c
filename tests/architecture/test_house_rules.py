"""Rules of the house that no linter knows: time is a value, modules stay small, topics have one home."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.local.layout import ROOT

SQL_CLOCK = re.compile(
    r"\b(now|transaction_timestamp|statement_timestamp)\s*\(\s*\)|\b(current_(date|time|timestamp)|localtime(stamp)?)\b",
    re.IGNORECASE,
)
TOPIC = re.compile(r"\.(facts|state)\.v\d|^(inbound|outbound)\.")
CLOCK = re.compile(r"(.+\.)?(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|monotonic))")
LONGEST = 300


def modules(*folders: str) -> list[Path]:
    """Every Python module of these folders that says anything."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path.stat().st_size]


def named(path: Path) -> str:
    """A module's name in a test's."""
    return str(path.relative_to(ROOT))


def texts(path: Path) -> Iterator[str]:
    """Every string of a module that is not a docstring."""
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def calls(path: Path) -> Iterator[str]:
    """Every `a.b()` of a module, written so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield ast.unparse(node.func)


def test_no_statement_reads_the_database_servers_clock() -> None:
    """A command is given `now` and `today`, so that business time can be moved and a replay says the same."""
    found = [(named(path), text) for path in modules("services") for text in texts(path) if SQL_CLOCK.search(text)]
    found += [(named(path), call) for path in modules("services") for call in calls(path) if call.endswith("func.now")]
    assert found == []


def test_the_domain_reads_no_clock() -> None:
    pure = [
        *modules("shared/contracts"),
        *(p for p in modules("services") if "domain" in p.relative_to(ROOT).parts[2:]),
    ]
    assert len(pure) > len(modules("shared/contracts"))
    assert [(named(path), call) for path in pure for call in calls(path) if CLOCK.fullmatch(call)] == []


def test_a_module_can_be_read_in_one_sitting() -> None:
    """Migrations are apart: each is a record of what was done, written once and not changed again."""
    lengths = {
        named(path): len(path.read_text().splitlines())
        for path in modules("services", "shared", "ops", "bench")
        if "versions" not in path.parts
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_topics_are_named_by_the_contract_alone() -> None:
    assert [(named(path), text) for path in modules("services") for text in texts(path) if TOPIC.search(text)] == []


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("UPDATE license SET at = now()", True),
        ("SELECT CURRENT_DATE", True),
        ("... WHERE due <= localtimestamp", True),
        ("... WHERE due <= :now", False),
        ("... WHERE leased_until < clock_timestamp()", False),  # leases are real time
        ("known(1)", False),
    ],
)
def test_the_search_for_the_servers_clock_finds_it(sql: str, *, reads: bool) -> None:
    assert bool(SQL_CLOCK.search(sql)) is reads
