"""What a stranger says is read strictly: the field and the reason are named, and nothing crashes."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.exchange.domain.errors import HeaderInvalid, MessageInvalid, TypeUnknown
from services.exchange.domain.reading import TYPES, read
from shared.contracts.agency import CreditsAwarded
from shared.errors import Refused
from tests.exchange.agency import AWARD

HEADERS = {"ce_id": "1", "ce_source": "urn:mde:pd", "ce_type": "elms.inbound.CreditsAwarded.v1"}


@pytest.mark.parametrize(("changes", "field"), [
    ({"educator_number": None}, "educator_number"),
    ({"educator_number": None, "license_number": "1"}, "educator_number"),
    ({"reference": None}, "reference"),
    ({"reference": "  "}, "reference"),
    ({"reference": "x" * 201}, "reference"),
    ({"unit": "days"}, "unit"),
    ({"amount": 0}, "amount"),
    ({"amount": True}, "amount"),
    ({"amount": "NaN"}, "amount"),
    ({"amount": 0.125}, "amount"),
    ({"amount": 1e300}, "amount"),
    ({"contact_hours": -5}, "contact_hours"),
    ({"completed_on": 1_700_000_000}, "completed_on"),
    ({"completed_on": "20/02/2026"}, "completed_on"),
    ({"completed_on": "2026-02-30"}, "completed_on"),
    ({"title": 7}, "title"),
    ({"title": "a\0b"}, "title"),
    ({"tittle": "Reading"}, "tittle"),
    ({"started_on": {}}, "started_on"),
])  # fmt: skip
def test_a_field_that_is_wrong_is_named_with_its_reason(changes: dict[str, Any], field: str) -> None:
    value = {name: given for name, given in (AWARD | changes).items() if given is not None}
    with pytest.raises(MessageInvalid) as caught:
        read("credits", HEADERS, json.dumps(value).encode())
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field} ")
    assert caught.value.data["fix"]


@pytest.mark.parametrize(("header", "value", "refusal"), [
    ("ce_id", "", HeaderInvalid),
    ("ce_id", " ", HeaderInvalid),
    ("ce_id", "x" * 301, HeaderInvalid),
    ("ce_source", "", HeaderInvalid),
    ("ce_type", "", HeaderInvalid),
    ("ce_type", "elms.inbound.StaffAssigned.v1", TypeUnknown),
    ("ce_type", "elms.exchange.CreditAwarded.v1", TypeUnknown),
])  # fmt: skip
def test_a_header_that_is_wrong_is_named(header: str, value: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        read("credits", HEADERS | {header: value}, json.dumps(AWARD).encode())
    assert caught.value.field == header


def test_what_is_right_is_read() -> None:
    message = read("credits", HEADERS, json.dumps(AWARD).encode())
    assert isinstance(message, CreditsAwarded)
    assert message.reference == AWARD["reference"]


ANY_TYPE = st.sampled_from([(kind, ce_type) for kind, models in TYPES.items() for ce_type in models])
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = ATOMS | st.lists(ATOMS, max_size=2)
FIELDS = st.dictionaries(
    st.sampled_from([*AWARD, "license_number", "last_name", "piece_id", "at", "on"]), VALUES, max_size=6
)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(ANY_TYPE, st.binary(max_size=200) | FIELDS.map(lambda given: json.dumps(given).encode()))
def test_hostile_values_are_read_or_refused_with_a_field(named: tuple[str, str], value: bytes) -> None:
    kind, ce_type = named
    try:
        read(kind, HEADERS | {"ce_type": ce_type}, value)
    except Refused as refusal:
        assert refusal.field
        assert str(refusal).isprintable()


@PATIENT
@given(st.dictionaries(st.sampled_from(list(HEADERS)), st.text(max_size=20)))
def test_hostile_headers_are_refused_with_the_header(changed: dict[str, str]) -> None:
    try:
        read("credits", HEADERS | changed, json.dumps(AWARD).encode())
    except Refused as refusal:
        assert refusal.field in HEADERS
        assert str(refusal).isprintable()
