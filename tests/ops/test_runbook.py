"""An operator types at night what the runbook says: commands, paths and figures are there; each alarm has a page."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from prometheus_client.metrics import MetricWrapperBase
from starlette.routing import compile_path

from ops.cli import app
from ops.installation import wiring_of
from ops.topology import SERVICES
from shared import telemetry
from shared.runtime import Runtime
from shared.settings import Settings
from shared.web.app import create_app

RUNBOOK = (Path(__file__).resolve().parents[2] / "docs" / "runbook.md").read_text()
COMMANDS = sorted(set(re.findall(r"`elms ([^`]+)`", RUNBOOK)))
PLACEHOLDERS = {"SERVICE", "ID", "CONSUMER", "WHY"}
SUFFIXES = {"gauge": ("",), "counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
METRICS = {each._name: each._type for each in vars(telemetry).values() if isinstance(each, MetricWrapperBase)}
SAMPLES = {name + suffix for name, kind in METRICS.items() for suffix in SUFFIXES[kind]}
RAISED_ON = {
    "elms_consumer_lag", "elms_consumer_paused", "elms_dead_letters", "elms_outbox_age_seconds", "elms_effects_due",
    "elms_effects_given_up", "elms_request_seconds",
}  # fmt: skip
"""The figures that alarms stand on. The others only explain."""


@pytest.mark.parametrize("written", COMMANDS)
def test_each_command_is_one(written: str) -> None:
    command: Any = typer.main.get_command(app)
    words = written.split()
    while groups := getattr(command, "commands", None):
        assert words[0] in groups, f"elms has no {words[0]!r}"
        command = groups[words.pop(0)]
    assert words == [] or command.params
    context = command.make_context("elms", [as_given(word) for word in words])
    assert context.command is command


def as_given(word: str) -> str:
    return {"SERVICE": "credentials", "ID": "1", "CONSUMER": "renewals.facts.v1"}.get(word, word)


def test_there_are_commands_to_look_at() -> None:
    assert {"dead-letters replay SERVICE ID", "positions accept SERVICE CONSUMER", "reconcile"} <= set(COMMANDS)
    assert [w for c in COMMANDS for w in c.split() if w.isupper() and w not in PLACEHOLDERS] == []


def routes_of(service: str) -> list[tuple[set[str], re.Pattern[str]]]:
    """Methods and paths that a service's OpenAPI page names."""
    found = create_app(Runtime(wiring_of(service), Settings())).openapi()["paths"]
    return [({method.upper() for method in at}, compile_path(path)[0]) for path, at in found.items()]


def asked_for() -> set[tuple[str, str, str]]:
    """Service, method and path of each request in the runbook; of all services with a database where it names none."""
    found = {("SERVICE", method, path) for method, path in re.findall(r"`(GET|POST) (/[^`? ]+)`", RUNBOOK)}
    for line in RUNBOOK.splitlines():
        for service, path in re.findall(r'"\$([A-Z]+)(/[^"?]+)', line):
            found.add((service, "POST" if " -X POST" in line or " -d " in line else "GET", path))
    return found


def test_each_request_is_one_that_the_service_answers() -> None:
    asked = asked_for()
    assert {path for _, _, path in asked} >= {"/health/ready", "/operations/effects/due", "/sign-in"}
    for service, method, path in asked:
        names = [service.lower()] if service != "SERVICE" else [each.name for each in SERVICES if each.has_database]
        for name in names:
            routes = routes_of(name)
            assert any(method in methods and route.match(path) for methods, route in routes), (name, method, path)


def figures_in(text: str) -> set[str]:
    return set(re.findall(r"elms_[a-z_]+", text))


def test_each_figure_that_is_named_is_one_of_ours() -> None:
    assert figures_in(RUNBOOK) - SAMPLES - METRICS.keys() == set()


def test_what_an_alarm_asks_for_is_what_prometheus_keeps() -> None:
    """A counter's sample ends with `_total`: an alarm on the bare name would never be raised."""
    asked = figures_in(" ".join(re.findall(r"`([^`\n]*\([^`\n]*)`", RUNBOOK)))
    assert asked - SAMPLES == set()
    assert "elms_dead_letters_total" in asked


def test_each_figure_that_an_alarm_stands_on_has_a_page_with_its_condition() -> None:
    assert {name for name, kind in METRICS.items() if kind == "gauge"} <= RAISED_ON, "a gauge is there for an alarm"
    conditions: dict[str, str] = {}
    for page in RUNBOOK.split("\n## ")[1:]:
        title, _, text = page.partition("\n")
        conditions |= dict.fromkeys(figures_in(title), text.partition("Alarm: ")[2].partition(". ")[0])
    assert conditions.keys() == RAISED_ON
    assert [name for name, condition in conditions.items() if name not in condition] == []
