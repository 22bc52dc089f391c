"""`elms import`: the files of a predecessor system, each to the service that owns what it holds.

A second time changes nothing: what is known is counted as known; of applications, those that are open. People and
organizations reach the other services as events, so a row that names somebody who came a moment ago may have to be
brought once more: `import_when_known` does.
"""

import asyncio
import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ops.errors import Obstacle
from ops.faces import Faces, Refusal

OWNERS = {
    "organizations": "identity",
    "people": "identity",
    "roles": "identity",
    "licenses": "credentials",
    "credits": "credentials",
    "applications": "renewals",
}
BITE = 1000
"""Applications filed at once."""
COLUMNS = ("license_number", "option", "filed_at")
KNOWN = {"license_number": "number", "license_id": "license_id", "person_id": "person_id"}
"""What a filing says of its license, and what credentials calls it."""


async def import_file(faces: Faces, what: str, content: bytes, *, preview: bool = False) -> dict[str, Any]:
    """Brings one file: how many rows were `read`, `new` and `known`, and the `errors` by row, field and problem.

    Raises `Obstacle` for what cannot be imported, or not previewed, and `Refusal` for a file that cannot be read.
    """
    if what not in OWNERS:
        raise Obstacle(f"{what!r} cannot be imported; these can: {', '.join(OWNERS)}.")
    if what == "applications":
        if preview:
            raise Obstacle("Applications have no preview; everything else has.")
        return await _import_applications(faces, content)
    more: dict[str, Any] = {"preview": True} if preview else {}
    if what == "people":
        more["source"] = "predecessor"
    answer: dict[str, Any] = await faces.send_file(OWNERS[what], f"/import/{what}", content, **more)
    return answer


async def import_when_known(faces: Faces, what: str, content: bytes, *, tries: int = 60) -> dict[str, Any]:
    """Brings a file again while its rows name somebody whose registration is still on its way to the other service."""
    answer = await import_file(faces, what, content)
    while tries > 1 and any("Nobody has" in error["problem"] for error in answer["errors"]):
        await asyncio.sleep(0.5)
        answer, tries = await import_file(faces, what, content), tries - 1
    return answer


async def _import_applications(faces: Faces, content: bytes) -> dict[str, Any]:
    """Files in bites, each in a transaction of its own; a license that has an open application is known."""
    rows = _rows(content)
    found: dict[str, Any] = {"read": len(rows), "new": 0, "known": 0, "errors": []}
    for start in range(0, len(rows), BITE):
        bite = dict(enumerate(rows[start : start + BITE], start + 1))
        numbers = sorted({row["license_number"] for row in bite.values()})
        licenses = {
            x["number"]: x for x in await faces.post("credentials", "/import/licenses/find", {"numbers": numbers})
        }
        for place in [p for p, row in bite.items() if row["license_number"] not in licenses]:
            _blame(found, place, "license_number", "No license has this number.")
            del bite[place]
        await _file(faces, {p: _filing(row, licenses[row["license_number"]]) for p, row in bite.items()}, found)
    found["errors"].sort(key=lambda error: error["row"])
    return found


async def _file(faces: Faces, filings: dict[int, dict[str, Any]], found: dict[str, Any]) -> None:
    """Files them, and counts what became of each; rows that no request may contain are left out of it."""
    while filings:
        try:
            answer = await faces.post("renewals", "/import/applications", {"applications": list(filings.values())})
        except Refusal as refusal:
            _leave_out(refusal, filings, found)
            continue
        for place, became in zip(filings, answer["rows"], strict=True):
            if became["outcome"] in ("filed", "already-open"):
                found["new" if became["outcome"] == "filed" else "known"] += 1
            else:
                _blame(found, place, became["field"] or "license_number", became["text"])
        return


def _leave_out(refusal: Refusal, filings: dict[int, dict[str, Any]], found: dict[str, Any]) -> None:
    """Takes the rows out that the whole request was refused for. Raises the refusal where it names none."""
    wrong = refusal.problem.get("errors") or [{"field": refusal.field, "problem": str(refusal)}]
    places = list(filings)
    for each in wrong:
        _, number, field = (*str(each["field"]).split("."), "", "")[:3]
        if not number.isdecimal():
            raise refusal
        _blame(found, places[int(number)], field, each["problem"])
        filings.pop(places[int(number)], None)


def _filing(row: Mapping[str, str], license: Mapping[str, Any]) -> dict[str, Any]:
    """A row as renewals takes it."""
    given = {name: row[name] for name in ("option", "filed_at") if row.get(name)}
    return given | {name: license[of] for name, of in KNOWN.items()}


def _blame(found: dict[str, Any], row: int, field: str, problem: str) -> None:
    found["errors"].append({"row": row, "field": field, "problem": problem})


def _rows(content: bytes) -> Sequence[dict[str, str]]:
    """The rows of the file. Raises `Obstacle` where it cannot be read, or lacks a column."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=None), strict=True)
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Obstacle(f"The file cannot be read: {error}.") from error
    names = reader.fieldnames or ()
    if wrong := [n for n in COLUMNS[:2] if n not in names] + [n for n in names if n not in COLUMNS]:
        raise Obstacle(f"The file's columns are {', '.join(COLUMNS)} (the last may be absent); look at {wrong[0]!r}.")
    for number, row in enumerate(rows, start=1):
        if None in row or None in row.values():
            raise Obstacle(f"The file's row {number} has {'more' if None in row else 'fewer'} cells than its header.")
    return rows
