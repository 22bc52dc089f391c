"""HTTP in: the public look-up. Nobody signs in, nothing is private."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.lookup import queries
from shared.web.asked import Asked

router = APIRouter(tags=["look-up"])


@router.get("/licenses/{number}", summary="A license by its number, as it stands now")
async def license_by_number(number: Annotated[str, Path(max_length=40)], asked: Asked) -> queries.PublicLicense:
    async with asked.reading() as work:
        return await queries.get_by_number(work, number)


@router.get("/v/{public_id}", summary="A license by the address on its document, as it stands now")
async def license_by_address(public_id: Annotated[str, Path(max_length=100)], asked: Asked) -> queries.PublicLicense:
    async with asked.reading() as work:
        return await queries.get_by_public_id(work, public_id)
