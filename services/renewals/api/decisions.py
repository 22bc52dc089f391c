"""Deciding one application: approve, return, deny, undo. Identity is asked there and then who may."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter

from services.renewals import peers
from services.renewals.api.common import Answered, Changed, Input, Reference, Text, Version, deciding
from services.renewals.commands import deciding as commands
from services.renewals.domain.application import Application
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(prefix="/applications/{reference}", tags=["decisions"])


class Approval(Input):
    """A yes to what was on the page."""

    version: Version = None


class Because(Input):
    """A decision with its reason."""

    reason: Text
    version: Version = None


@router.post("/approve", summary="Approve: the license renews by itself")
async def approve(reference: Reference, asked: Asked, given: Approval | None = None) -> Changed:
    """Only when every original is ticked; never one's own. Whoever comes second is told who was first."""
    application_id, by = await deciding(asked, reference)
    version = given.version if given else None
    return await _once(asked, lambda work: commands.approve(work, application_id, by=by, version=version))


@router.post("/return", summary="Send back to the educator with what to fix")
async def send_back(reference: Reference, given: Because, asked: Asked) -> Changed:
    application_id, by = await deciding(asked, reference)
    what = commands.returning(given.reason)
    return await _once(asked, lambda work: commands.decide(work, application_id, what, by=by, version=given.version))


@router.post("/deny", summary="Deny, with the reason")
async def deny(reference: Reference, given: Because, asked: Asked) -> Changed:
    application_id, by = await deciding(asked, reference)
    what = commands.denial(given.reason)
    return await _once(asked, lambda work: commands.decide(work, application_id, what, by=by, version=given.version))


@router.post("/undo", summary="Take an approval back, until its paper is cut")
async def undo(reference: Reference, given: Because, asked: Asked) -> Changed:
    """Printing is asked whether the piece is cut; no answer is a no."""
    application_id, by = await deciding(asked, reference)
    await peers.check_uncut(asked.runtime, application_id)
    what = commands.reversal(given.reason)
    return await _once(asked, lambda work: commands.decide(work, application_id, what, by=by, version=given.version))


async def _once(asked: AskedRequest, command: Callable[[Work], Awaitable[Application]]) -> Changed:
    async def run(work: Work) -> Changed:
        return Changed.of(await command(work))

    answer: Answered = await asked.once(run)
    return answer  # type: ignore[no-any-return]
