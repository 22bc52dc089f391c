"""Events in: one sentence each, one command each."""

from services.identity.commands import people
from shared.contracts.exchange import StaffAssignmentReceived
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work


@hears(StaffAssignmentReceived, locks="person_id")
async def move_districts_on_staff_assignment_received(assignments: Events[StaffAssignmentReceived], work: Work) -> None:
    """Let each person work where the roster says, from and until the days it says."""
    await people.move_districts(work, assignments)
