"""A machine without a tool, or with one that is too old, hears so in one sentence."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.machine import program

ROOT = Path(__file__).parents[2]
NEEDS = ROOT / "ops" / "needs.sh"
SENTENCES = {
    "java": "Kafka needs Java 17 or later, and there is no java on this machine's PATH.",
    "mvn": "Kafka's jars come by Maven, and there is no mvn on this machine's PATH.",
    "npm": "The pages' style comes by npm, and there is no npm on this machine's PATH.",
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with a shell's tools and nothing of ours."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "bash", "sed", "head", "make", "test", "dirname"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    return tools


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A clone in which nothing was made yet: what `make` reads of it."""
    clone = tmp_path / "clone"
    for name in ("Makefile", "package-lock.json", "ops/needs.sh", "ops/step.sh", "ops/local/pom.xml"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    shutil.copytree(ROOT / "requirements", clone / "requirements")
    return clone


def install(machine: Path, name: str, says: str, code: int = 0) -> None:
    tool = machine / name
    tool.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit {code}\n")
    tool.chmod(0o755)


def ask(machine: Path, *command: str, cwd: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run(command, env={"PATH": str(machine), "HOME": str(machine)}, cwd=cwd,
                          capture_output=True, text=True, check=False)  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize("tool", SENTENCES)
def test_a_tool_that_is_missing_is_named(machine: Path, tool: str) -> None:
    assert ask(machine, str(NEEDS), tool) == (1, SENTENCES[tool] + "\n")


@pytest.mark.parametrize(("says", "found"), [
    ('openjdk version "11.0.22" 2024-01-16', "is 11"), ('java version "1.8.0_402"', "is 1"),
    ("no jvm could be found", "is of no known version"),
])  # fmt: skip
def test_a_java_that_is_too_old_is_named_with_its_version(machine: Path, says: str, found: str) -> None:
    install(machine, "java", says)
    code, said = ask(machine, str(NEEDS), "java")
    assert code == 1
    assert said == f"Kafka needs Java 17 or later, and the java on this machine's PATH {found}.\n"


@pytest.mark.parametrize("says", ['openjdk version "17.0.12" 2024-07-16', 'openjdk version "25" 2025-09-16'])
def test_a_java_that_is_new_enough_is_taken(machine: Path, says: str) -> None:
    install(machine, "java", says)
    assert ask(machine, str(NEEDS), "java") == (0, "")


def test_make_says_that_python_is_missing(machine: Path, fresh: Path) -> None:
    install(machine, "python3", "this is 3.13", code=1)
    code, said = ask(machine, "make", "environment", cwd=fresh)
    assert code != 0
    assert said.startswith("ELMS needs Python 3.11, and there is none on this machine's PATH.\n")


@pytest.mark.parametrize(("target", "tool"), [(".tools/kafka/.done", "java"), ("node_modules/.done", "npm")])
def test_make_says_which_tool_is_missing(machine: Path, fresh: Path, target: str, tool: str) -> None:
    code, said = ask(machine, "make", target, cwd=fresh)
    assert code != 0
    assert said.startswith(SENTENCES[tool] + "\n")


@pytest.mark.parametrize(("ci", "ends"), [("", "Skipped"), ("true", "Failed")])
def test_a_program_that_only_the_machine_can_bring_is_passed_over_but_never_by_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, ends: str
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(BaseException, match="no-such-browser is not on this machine") as ended:
        program("no-such-browser")
    assert type(ended.value).__name__ == ends
