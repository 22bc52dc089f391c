"""The HTTP door: an agency posts CloudEvents and reads its receipts, with its key in the header `Agency-Key`.

The events are those of its inbound topics, in CloudEvents' JSON format. Receipts also stand on its outbound topic.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.exchange.api.keys import check_agency
from services.exchange.commands import keys
from services.exchange.commands.receive import arrival_of, receive
from services.exchange.domain.credits import credit_id_of
from services.exchange.domain.reading import kind_of
from services.exchange.store import receipts
from shared.errors import NotSignedIn
from shared.ids import ReceiptId, named_id, new_id
from shared.messaging.inbound import SMALL, ForeignRecord
from shared.messaging.work import Work
from shared.tokens import Actor
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["agencies"])
MOST_EVENTS = 1000
OFFICERS = ("licensing_officer", "loader", "operator")


Text = Annotated[str, AfterValidator(lambda text: text.encode(errors="replace").decode())]
"""Text without half characters, which JSON can name and UTF-8 can't."""


class Posted(BaseModel):
    """One CloudEvent. What is wrong with it is said by its receipt, as on a topic; the others are taken."""

    model_config = ConfigDict(extra="ignore")

    id: Text = ""
    source: Text = ""
    type: Text = ""
    data: dict[str, Any] = Field(default_factory=dict)


Events = Annotated[list[Posted], Field(min_length=1, max_length=MOST_EVENTS)]


class Receipt(BaseModel):
    """What became of an event. `passed`: it is checked and under way; its outcome follows."""

    receipt_id: ReceiptId
    agency: str
    source: str
    event_id: str
    type: str
    reference: str
    state: str
    code: str
    text: str
    field: str | None
    until: AwareDatetime | None
    at: AwareDatetime


class Receipts(BaseModel):
    """Receipts, latest first; `next` is the value of `before` for the following ones."""

    receipts: list[Receipt]
    next: int | None = None


class Asking(BaseModel):
    """Which receipts: of one event (`event_id` and `source`), of one `reference`, or all, page by page."""

    agency: str = Field("", max_length=100)
    reference: str = Field("", max_length=200)
    source: str = Field("", max_length=300)
    event_id: str = Field("", max_length=300)
    before: int = Field(2**62, ge=0, le=2**62)
    limit: int = Field(100, ge=1, le=1000)


@router.post("/events", status_code=202, summary="Say events: at most 1,000; a receipt for each")
async def post_events(events: Events, asked: Asked) -> Any:
    """The same event again, by its source and id, has no second effect and the same receipt. `Agency-Key` is needed."""
    agency = await agency_by_key(asked)
    records = {record.receipt_id: record for record in (record_of(agency, event) for event in events)}
    actor = Actor(None, agency, service=f"agency:{agency}")
    return await asked.once(lambda work: _receive(work, records), actor=actor, status=202)


@router.get("/receipts", summary="An agency's receipts, latest first; or those of one reference, or of one event")
async def get_receipts(asking: Annotated[Asking, Query()], asked: Asked) -> Receipts:
    """With `Agency-Key` an agency sees its own; licensing officers, loaders and operators those of any."""
    known = await _agency_of(asked)
    if known is None:
        await asked.with_role(*OFFICERS)
        check_agency(asked, asking.agency)
    agency = known or asking.agency
    async with asked.reading() as work:
        rows = await _found(work, agency, asking)
    found = [Receipt(**row) for row in rows]
    return Receipts(receipts=found, next=rows[-1].place if len(rows) == asking.limit else None)


async def _found(work: Work, agency: str, asking: Asking) -> Sequence[Any]:
    if asking.event_id:
        return await receipts.find(work, [receipt_id_of(agency, asking.source, asking.event_id)])
    if asking.reference:
        return await receipts.find_of_credit(work, credit_id_of(agency, asking.reference))
    return await receipts.find_of_agency(work, agency, asking.before, asking.limit)


def record_of(agency: str, event: Posted) -> ForeignRecord:
    """A posted event as it would have come on the agency's topic; an event without an id is like no other."""
    identity = receipt_id_of(agency, event.source, event.id) if event.id else ReceiptId(new_id())
    headers = {"ce_id": event.id, "ce_source": event.source, "ce_type": event.type}
    value = json.dumps(event.data).encode()
    return ForeignRecord(
        receipt_id=identity,
        agency=agency,
        kind=kind_of(event.type) or "credits",
        headers=headers,
        value=value[:SMALL],
        too_large=len(value) > SMALL,
    )


def receipt_id_of(agency: str, source: str, event_id: str) -> ReceiptId:
    """The receipt of an event, by whichever door it came: as `shared.messaging.inbound` names it."""
    return ReceiptId(named_id(datetime.fromtimestamp(0, UTC), "receipt", agency, source, event_id))


async def agency_by_key(asked: AskedRequest) -> str:
    """The agency whose key the request carries. Raises `NotSignedIn`."""
    agency = await _agency_of(asked)
    if agency is None:
        raise NotSignedIn
    return agency


async def _agency_of(asked: AskedRequest) -> str | None:
    """The agency whose key the request carries; None without one. Raises `NotSignedIn` for a wrong one."""
    key = asked.request.headers.get("agency-key", "")
    if not key:
        return None
    async with asked.reading() as work:
        return await keys.agency_of(work, key)


async def _receive(work: Work, records: dict[ReceiptId, ForeignRecord]) -> Receipts:
    await receive([arrival_of(record) for record in records.values()], work)
    rows = {row.receipt_id: row for row in await receipts.find(work, records)}
    return Receipts(receipts=[Receipt(**rows[receipt_id]) for receipt_id in records])
