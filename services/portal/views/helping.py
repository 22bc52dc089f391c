"""Help: a manual for each kind of user, and whom to call."""

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.page import Public
from services.portal.words import language, noted
from shared.errors import NotFound

router = APIRouter(prefix="/help")

MANUALS = {
    "educator": noted("For educators"),
    "approver": noted("For superintendents, personnel administrators and designees"),
    "directory": noted("For directory administrators"),
    "loads": noted("For the department's loaders"),
    "print": noted("For the print desk"),
    "operations": noted("For operations"),
}


@router.get("")
async def contents(page: Public) -> Response:
    return page.show("help/contents.html", manuals=MANUALS)


@router.get("/{name}")
async def manual(page: Public, name: str) -> Response:
    if name not in MANUALS:
        raise NotFound
    return page.show("help/manual.html", name=name, title=MANUALS[name], text=f"help/{language()}/{name}.html")
