"""The imports that must never be: kept by import-linter, which is shown here to notice each of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from ops.local.layout import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")
HOUSE = {
    "services/lookup/app.py": "from services.lookup import handlers",
    "services/lookup/handlers.py": "from services.lookup import commands",
    "services/lookup/commands.py": "from services.lookup import store",
    "services/lookup/store.py": "from services.lookup import domain, tables",
    "services/lookup/tables.py": "import sqlalchemy",
    "services/lookup/domain.py": "from shared import contracts",
    "services/portal/app.py": "from shared import web",
    "services/printing/domain/pieces.py": "",
    "shared/web/app.py": "from shared import database",
    "shared/contracts/renewals.py": "",
    "shared/messaging/work.py": "from shared import database",
    "shared/effects/worker.py": "",
    "shared/database.py": "import sqlalchemy",
    "shared/clock.py": "",
    "ops/cli.py": "",
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Import-linter's verdict on a tree with this project's contracts."""
    command = [str(LINTER), "--no-cache", "--config", str(ROOT / ".importlinter")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def build(folder: Path, files: dict[str, str]) -> Path:
    """A small house with these modules."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
        for parent in list(path.relative_to(folder).parents)[:-1]:
            (folder / parent / "__init__.py").touch()
    return folder


def test_the_house_keeps_its_contracts() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_a_house_built_as_planned_is_accepted(tmp_path: Path) -> None:
    done = lint(build(tmp_path, HOUSE))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "statement", "broken"),
    [
        ("services/lookup/queries.py", "from services.printing.domain import pieces", "imports no other service"),
        ("shared/web/app.py", "import services.lookup.app", "knows no service"),
        ("services/portal/app.py", "from shared import messaging", "no database and no broker"),
        ("services/portal/pages.py", "import asyncpg", "no database and no broker"),
        ("services/lookup/store.py", "from services.lookup import commands", "Within a service"),
        ("services/lookup/domain.py", "from services.lookup import store", "Within a service"),
        ("services/lookup/commands.py", "from services.lookup import handlers", "Within a service"),
        ("services/printing/domain/pieces.py", "import sqlalchemy", "Domain and contracts"),
        ("services/lookup/domain.py", "from shared import clock", "Domain and contracts"),
        ("shared/contracts/renewals.py", "import aiokafka", "Domain and contracts"),
    ],
)
def test_an_import_that_must_never_be_is_noticed(tmp_path: Path, module: str, statement: str, broken: str) -> None:
    done = lint(build(tmp_path, HOUSE | {module: statement}))
    verdicts = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(broken in line for line in verdicts)
