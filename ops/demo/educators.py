"""Chapter 2: educators record what they earned, are refused with the rule, and file when an option is met."""

from typing import TYPE_CHECKING, Any

from ops.demo.timeline import chapter, tell, timed, until
from ops.errors import Obstacle
from ops.faces import Faces, Refusal

if TYPE_CHECKING:
    from ops.demo.run import Demo

FILED = (("maria.lopez", "0101", "A-CEU"), ("james.whitfield", "0102", "AA-CEU"), ("denise.okafor", "0103", "A-HOURS"),
         ("thomas.nguyen", "0104", "AA-CEU"), ("annette.boudreaux", "0105", "AA-CEU"),
         ("curtis.hollins", "0106", "AA-CEU"))  # fmt: skip


async def tell_story(demo: "Demo") -> None:
    chapter(2, "Maria López signs in, records a CEU, and files when (and only when) an option is met")
    maria, number = demo.person("maria.lopez"), demo.cohort.license("0101")
    with timed("signed in; her licenses"):
        [license] = await maria.get("credentials", "/licenses")
    await _meters(maria, number)
    await _refusals(demo, maria, number)
    await _too_early(maria, license["license_id"])
    entered = {"credit_type": "ceu", "title": "Classroom Assessment", "provider": "Delta Regional Service Agency",
               "completed_on": f"{demo.cohort.end - 1}-10-16", "amount": "0.5", "contact_hours": "5"}  # fmt: skip
    with timed("0.5 CEU recorded"):
        await maria.post("credentials", f"/licenses/{number}/credits", entered)
    await _meters(maria, number)
    for name, license_number, option in FILED:
        await file_renewal(demo, name, license_number, option)


async def _meters(who: Faces, number: str) -> None:
    page = await who.get("credentials", f"/licenses/{number}/development")
    for option in page["options"]:
        lines = "; ".join(line["text"] for line in option["lines"])
        tell(f"   {option['name']}: {'met' if option['met'] else lines or 'opens ' + str(option['opens_on'])}")


async def _refusals(demo: "Demo", maria: Faces, number: str) -> None:
    end = demo.cohort.end
    good: dict[str, Any] = {"credit_type": "ceu", "title": "Short Talk", "provider": "Delta Regional Service Agency",
                            "completed_on": f"{end - 1}-10-02", "amount": "0.5", "contact_hours": "5"}  # fmt: skip
    wrong = (
        {"amount": "0.3", "contact_hours": "3"},
        {"completed_on": f"{end - 7}-10-02"},
        {"amount": "0.8", "contact_hours": "10"},
        {"title": "Inclusive Classrooms", "provider": "Magnolia State University", "started_on": f"{end - 2}-07-10",
         "completed_on": f"{end - 2}-07-21", "amount": "4", "contact_hours": "40"},
    )  # fmt: skip
    for change in wrong:
        await refused(maria.post("credentials", f"/licenses/{number}/credits", good | change))


async def refused(asking: Any) -> None:
    """Tells the refusal that must come; ends the demo when it does not."""
    try:
        await asking
    except Refusal as refusal:
        tell(f"refused: {refusal} [dim]({refusal.code}, field {refusal.field or '-'})[/dim]")
    else:
        raise Obstacle("A rule should have refused this, and did not.")


async def _too_early(maria: Faces, license_id: str) -> None:
    await refused(maria.post("renewals", "/applications", {"license_id": license_id, "option": "A-CEU"}))


async def file_renewal(demo: "Demo", name: str, number: str, option: str) -> None:
    """Files for one of their licenses, and waits until the credits are set aside."""
    who = demo.person(name)
    license = await who.get("credentials", f"/licenses/{demo.cohort.license(number)}")
    with timed(f"{name} files under {option}; the credits are reserved and it stands in the queue"):
        filed = await who.post("renewals", "/applications", {"license_id": license["license_id"], "option": option})
        await until("Reserving the credits", lambda: _waiting(who, filed["reference"]))


async def _waiting(who: Faces, reference: str) -> bool:
    found = await who.get("renewals", f"/applications/{reference}")
    return bool(found["state"] != "received")
