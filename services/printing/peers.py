"""What printing asks other services, before a transaction. Whoever cannot answer means no."""

import asyncio
from collections.abc import Sequence
from typing import Any

from services.printing.domain.pieces import Piece
from shared.contracts.values import Reason
from shared.ids import PieceId
from shared.peers import PeerRefused, Peers

AT_ONCE = 20
"""Questions under way at the same time."""


async def ask_clearances(peers: Peers, pieces: Sequence[Piece]) -> dict[PieceId, Reason | None]:
    """For each piece None if its license stands at this moment, else the reason why not.

    Raises `Unavailable` when credentials is away: then nothing is cleared and nothing is stopped.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(piece: Piece) -> Reason | None:
        async with gate:
            return await _clearance(peers, piece)

    return dict(zip((p.piece_id for p in pieces), await asyncio.gather(*map(ask, pieces)), strict=True))


async def _clearance(peers: Peers, piece: Piece) -> Reason | None:
    try:
        answer = await peers.get(
            "credentials", f"/clearance/{piece.license_id}", period_until=piece.valid_until.isoformat()
        )
    except PeerRefused as no:
        return Reason(code=str(no.problem.get("code", "refused")), text=str(no))
    return None if answer.get("cleared") is True else _reason(answer.get("reason"))


def _reason(told: Any) -> Reason:
    if isinstance(told, dict):
        return Reason(
            code=str(told.get("code", "not-cleared")), text=str(told.get("text", "The license does not stand"))
        )
    return Reason(code="not-cleared", text=str(told or "The license does not stand"))
