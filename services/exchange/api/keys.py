"""The keys of agencies: an operator or a licensing officer makes and revokes them."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from services.exchange.commands import keys as commands
from services.exchange.domain.errors import AgencyUnknown
from services.exchange.store import keys
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["keys of agencies"])
MAY = ("operator", "licensing_officer")


class Key(BaseModel):
    """A key; `key` stands here once, when it is made."""

    key_id: str
    agency: str
    made_by: str = ""
    at: datetime | None = None
    revoked_at: datetime | None = None
    key: str | None = None


def check_agency(asked: AskedRequest, agency: str) -> None:
    """Raises `AgencyUnknown` for one that has no topics here."""
    known = asked.runtime.settings.agencies
    if agency not in known:
        raise AgencyUnknown(agency=agency[:100], known=", ".join(known))


@router.post("/agencies/{agency}/keys", status_code=201, summary="Make a key for an agency; shown this once")
async def make_key(agency: str, asked: Asked) -> Key:
    actor = await asked.with_role(*MAY)
    check_agency(asked, agency)
    async with asked.runtime.work(actor=actor.id) as work:  # never kept for a repeated answer: it holds a secret
        key = await commands.make_key(work, agency, actor.name)
    return Key(key_id=key.partition(".")[0], agency=agency, made_by=actor.name, key=key)


@router.get("/keys", summary="All keys of agencies, without their secrets")
async def list_keys(asked: Asked) -> list[Key]:
    await asked.with_role(*MAY)
    async with asked.reading() as work:
        return [Key(**row) for row in await keys.find_all(work)]


@router.post("/keys/{key_id}/revoke", status_code=204, summary="End a key, from now on")
async def revoke_key(key_id: str, asked: Asked) -> None:
    await asked.with_role(*MAY)
    await asked.once(lambda work: commands.revoke_key(work, key_id), status=204)
