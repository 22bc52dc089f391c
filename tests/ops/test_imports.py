"""`elms import applications`: numbers become licenses, and every row is filed, known, or wrong by its field."""

from typing import Any

import pytest

from ops.errors import Obstacle
from ops.faces import Refusal
from ops.imports import import_file

HEADER = "license_number,option,filed_at\n"


class Services:
    """Credentials and renewals, as their HTTP faces answer; `MS1` to `MS5` are licenses, `MS3` has an application."""

    def __init__(self) -> None:
        self.filed: list[dict[str, Any]] = []
        self.sent: list[tuple[str, str, dict[str, Any]]] = []

    async def post(self, service: str, path: str, body: dict[str, Any]) -> Any:
        if (service, path) == ("credentials", "/import/licenses/find"):
            known = [n for n in body["numbers"] if n in {"MS1", "MS2", "MS3", "MS4", "MS5"}]
            return [{"number": n, "license_id": f"license of {n}", "person_id": f"holder of {n}"} for n in known]
        assert (service, path) == ("renewals", "/import/applications")
        late = [n for n, each in enumerate(body["applications"]) if each.get("filed_at") == "someday"]
        if late:
            errors = [{"field": f"applications.{n}.filed_at", "problem": "is no time"} for n in late]
            raise Refusal(422, {"detail": "invalid", "field": errors[0]["field"], "errors": errors})
        self.filed += body["applications"]
        return {"rows": [self._outcome(each) for each in body["applications"]]}

    def _outcome(self, application: dict[str, Any]) -> dict[str, Any]:
        if application["license_number"] == "MS3":
            return {"outcome": "already-open", "field": "license_id", "text": "It is open."}
        if application["option"] == "MAGIC":
            return {"outcome": "no-such-option", "field": "option", "text": "MAGIC is no option."}
        return {"outcome": "filed", "field": None, "text": ""}

    async def send_file(self, service: str, path: str, content: bytes, **params: Any) -> Any:
        self.sent.append((service, path, params))
        return {"read": 0, "new": 0, "known": 0, "errors": []}


@pytest.fixture
def services() -> Services:
    return Services()


async def brought(services: Any, text: str, what: str = "applications", **more: Any) -> dict[str, Any]:
    return await import_file(services, what, text.encode(), **more)


async def test_each_row_is_filed_known_or_wrong_by_its_field(services: Services) -> None:
    rows = "MS1,A-CEU,\nMS9,A-CEU,\nMS2,A-CEU,someday\nMS3,A-CEU,\nMS4,MAGIC,\nMS5,AA-CEU,2026-02-02T10:00:00-06:00\n"
    found = await brought(services, HEADER + rows)
    assert found == {"read": 6, "new": 2, "known": 1, "errors": [
        {"row": 2, "field": "license_number", "problem": "No license has this number."},
        {"row": 3, "field": "filed_at", "problem": "is no time"},
        {"row": 5, "field": "option", "problem": "MAGIC is no option."},
    ]}  # fmt: skip
    assert services.filed[0] == {
        "option": "A-CEU", "license_number": "MS1", "license_id": "license of MS1", "person_id": "holder of MS1",
    }  # fmt: skip
    assert services.filed[-1]["filed_at"] == "2026-02-02T10:00:00-06:00"


async def test_rows_count_on_through_all_bites(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.imports.BITE", 2)
    found = await brought(services, HEADER + "MS1,A-CEU,\nMS2,A-CEU,\nMS4,A-CEU,\nMS8,A-CEU,\nMS7,A-CEU,\n")
    assert (found["read"], found["new"]) == (5, 3)
    assert [error["row"] for error in found["errors"]] == [4, 5]


@pytest.mark.parametrize(("text", "says"), [
    ("license_number\nMS1\n", "look at 'option'"),
    ("license_number,option,colour\nMS1,A-CEU,red\n", "look at 'colour'"),
    ("license_number,option\nMS1,A-CEU,late,more\n", "row 1 has more cells"),
    ('license_number,option\nMS1,"A-CEU\n', "cannot be read"),
    ("", "look at 'license_number'"),
])  # fmt: skip
async def test_a_file_that_is_none_is_refused_before_anything_is_filed(
    services: Services, text: str, says: str
) -> None:
    with pytest.raises(Obstacle, match=says):
        await brought(services, text)
    assert services.filed == []


async def test_a_preview_never_writes(services: Services) -> None:
    with pytest.raises(Obstacle, match="Applications have no preview"):
        await brought(services, HEADER, preview=True)
    await brought(services, HEADER, "people", preview=True)
    assert services.sent == [("identity", "/import/people", {"preview": True, "source": "predecessor"})]


async def test_what_nobody_owns_is_named(services: Services) -> None:
    with pytest.raises(Obstacle, match="'horses' cannot be imported; these can: organizations, people, roles"):
        await brought(services, HEADER, "horses")
