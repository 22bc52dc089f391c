"""The hand-written chain's steps: who hears what, what is read of it, and the statement that does the work."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from bench.chain.cohort import policy
from bench.chain.engine import Batch, Step
from bench.chain.statements import COMPLETE, EXTEND, KNOW, LOCK, NOTE_PAPER, QUEUE, SHOW, WRITE
from shared.policies.calendar import print_day


def _fields(*names: str) -> Any:
    """Reads these fields of each event, one joined string a field."""

    def read(batch: Batch) -> Sequence[str]:
        values = [orjson.loads(record.value) for record in batch]
        return [",".join([value[name] for value in values]) for name in names]

    return read


def _of_renewal(*names: str) -> Any:
    """Reads fields of LicenseRenewed; of the period by `first_day` and `last_day`, the print day as `due_on`."""

    def read(batch: Batch) -> Sequence[str]:
        values = [orjson.loads(record.value) for record in batch]
        for value, record in zip(values, batch, strict=True):
            value["first_day"], value["last_day"] = value["period"]["effective_from"], value["period"]["valid_until"]
            value["due_on"] = _due(value["approved_at"])
            value["at"] = record.headers[6][1].decode()
        return [",".join([value[name] for value in values]) for name in names]

    return read


@lru_cache(maxsize=256)
def _due(approved_at: str) -> str:
    """The business day whose batch prints it."""
    return print_day(datetime.fromisoformat(approved_at), policy()).isoformat()


def _states(batch: Batch, *, shown: bool) -> Sequence[str]:
    """License states as rows, in one JSON value; of the periods what the service keeps."""
    rows = []
    for record in batch:
        row = orjson.loads(record.value)
        row["version"] = int(record.headers[-2][1])
        spans = [(period["effective_from"], period["valid_until"]) for period in row["periods"]]
        row["periods"] = [{"effective_from": a, "valid_until": b} for a, b in spans] if shown else spans
        row["ends"] = [last for _, last in spans]
        rows.append(row)
    return [orjson.dumps(rows).decode()]


RENEWALS, LICENSES, STATES, PRINTING = (
    "renewals.facts.v1", "credentials.licenses.facts.v1", "credentials.licenses.state.v1", "printing.facts.v1",
)  # fmt: skip
_RENEWED = "elms.credentials.LicenseRenewed.v1"
_STATE = "elms.credentials.LicenseState.v1"

STEPS = (
    Step("credentials", RENEWALS, "elms.renewals.RenewalApproved.v1",
         _fields("application_id", "license_id", "person_id", "reservation_id", "from_valid_until", "filed_at",
                 "approved_at", "policy_version"), EXTEND),
    Step("renewals.licenses", LICENSES, _RENEWED, _of_renewal("application_id", "first_day", "last_day"), COMPLETE,
         LOCK),
    Step("renewals.printing", PRINTING, "elms.printing.PrintJobQueued.v1", _fields("application_id", "due_on"),
         NOTE_PAPER, LOCK),
    Step("printing.licenses", LICENSES, _RENEWED,
         _of_renewal("license_id", "person_id", "application_id", "first_day", "last_day", "due_on"), QUEUE),
    Step("printing.states", STATES, _STATE, lambda batch: _states(batch, shown=False), KNOW),
    Step("lookup", STATES, _STATE, lambda batch: _states(batch, shown=True), SHOW),
    Step("correspondence", LICENSES, _RENEWED,
         _of_renewal("license_id", "person_id", "application_id", "number", "previous_until", "first_day", "last_day",
                     "at"), WRITE),
)  # fmt: skip
