"""What stands in the logs: the kind of an error and its place, never the data it was about."""

import json
import logging
import sys
from collections.abc import Callable

import pytest
import structlog
from pydantic import BaseModel

from shared.telemetry import configure_logs, formatter

SSN = "402-51-7001"


class Person(BaseModel):
    ssn: int


def _by_pydantic() -> None:
    Person(ssn=SSN)


def _by_postgres() -> None:
    raise RuntimeError(f"duplicate key value\nDETAIL:  Key (ssn)=({SSN}) already exists.\n[SQL: INSERT INTO person]")


def _by_the_driver() -> None:
    raise RuntimeError(f"invalid input for query argument $1: '{SSN}' (expected an integer)")


def _beside_a_local_variable() -> None:
    ssn = SSN
    raise RuntimeError(f"{len(ssn)} characters")


FAILURES = (_by_pydantic, _by_postgres, _by_the_driver, _beside_a_local_variable)


@pytest.mark.parametrize("fail", FAILURES)
def test_a_log_line_has_the_place_of_an_error_and_nothing_of_its_data(
    fail: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("identity", "WARNING")
    log = structlog.get_logger()
    try:
        fail()
    except Exception as error:
        log.exception("unexpected")
        log.warning("effect failed", error=repr(error)[:300])
    unexpected, failed = map(json.loads, capsys.readouterr().out.splitlines())
    assert fail.__name__ in unexpected["exception"]
    assert (unexpected["level"], failed["service"]) == ("error", "identity")
    assert SSN not in json.dumps([unexpected, failed])


@pytest.mark.parametrize("fail", FAILURES)
def test_lines_of_other_libraries_are_written_the_same_way(fail: Callable[[], None]) -> None:
    try:
        fail()
    except Exception:
        told = logging.LogRecord("asyncio", logging.ERROR, "x", 1, "never %s", ("retrieved",), sys.exc_info())
    line = json.loads(formatter().format(told))
    assert (line["event"], line["level"]) == ("never retrieved", "error")
    assert fail.__name__ in line["exception"]
    assert SSN not in json.dumps(line)
