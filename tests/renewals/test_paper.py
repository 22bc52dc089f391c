"""What printing says of the paper stands in the history of the application that earned it."""

from datetime import date, timedelta
from typing import Any

from shared.contracts.printing import (
    LicenseMailed,
    MailReturned,
    PieceHeld,
    PiecePrinted,
    PieceReleased,
    PieceSpoiled,
    PrintJobQueued,
    PrintJobStopped,
)
from shared.contracts.values import Period, Reason
from shared.ids import BatchId, JobId, PieceId, new_id
from tests.renewals.town import FIRST_DAY, NEW_END, RANKIN, Town


async def test_the_history_follows_the_paper_to_the_mail_box(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.completed(educator)
    of_job: dict[str, Any] = {
        "job_id": JobId(new_id()), "application_id": application_id, "license_id": new_id(), "person_id": educator,
    }  # fmt: skip
    piece: dict[str, Any] = of_job | {"piece_id": PieceId(new_id())}
    queued = PrintJobQueued(
        **of_job, period=Period(effective_from=date(2026, 7, 1), valid_until=NEW_END), due_on=date(2026, 3, 5)
    )
    await town.hear(
        queued, PrintJobQueued(**of_job | {"application_id": None}, period=queued.period, due_on=queued.due_on)
    )
    shown = await town.state(application_id, educator)
    assert (shown["prints_on"], shown["status"]["label"]) == ("2026-03-05", "Renewed to June 30, 2031")
    assert shown["undo_until"] == "2026-03-05T12:00:00Z"  # 6 a.m. in Mississippi
    await town.hear(
        PieceHeld(**of_job, reason=Reason(code="no-address", text="No mailing address is known.")),
        PieceReleased(**piece, batch_id=BatchId(new_id()), copy_number=1),
        PieceSpoiled(**piece, serial="S1", reason="torn"),
        PiecePrinted(**piece, serial="S2"),
        LicenseMailed(**piece, mailed_at=FIRST_DAY + timedelta(days=1)),
    )
    shown = await town.state(application_id, educator)
    assert [entry["text"] for entry in shown["timeline"]] == [
        "Mailed March 5, 2026",
        "Printed",
        "Being reprinted",
        "At the print shop",
        "Printing held: No mailing address is known.",
        "Prints Thursday, March 5",
        "Renewed to June 30, 2031",
        "Approved",
        "Credits checked and set aside; waiting for a decision",
        "Filed",
    ]
    assert (shown["status"]["where"], shown["undo_until"]) == ("In the mail", None)
    assert [entry["who"] for entry in shown["timeline"] if entry["what"] == "approved"] == ["Dana Lee"]
    await town.hear(
        MailReturned(**piece, reason="Moved"),
        PrintJobStopped(**of_job, reason=Reason(code="license-suspended", text="The license was suspended.")),
    )
    texts = [entry["text"] for entry in (await town.state(application_id))["timeline"]]
    assert texts[:2] == ["Printing stopped: The license was suspended.", "Came back in the mail: Moved"]
