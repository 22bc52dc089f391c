"""`elms demo`: the main job on the running stack, by ordinary commands, HTTP faces and topics alone."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from ops.demo import agencies, deciding, desks, educators, june, printshop
from ops.demo.clock import today
from ops.demo.cohort import JUNE_DISTRICTS, PASSWORD, Cohort
from ops.demo.loading import load_file
from ops.demo.timeline import chapter, tell, timed
from ops.errors import Obstacle
from ops.faces import Faces
from ops.reconcile import reconcile
from shared.settings import Settings

IMPORTS = ("organizations", "people", "roles", "licenses", "credits")


@dataclass
class Demo:
    """One run: its people and the services."""

    cohort: Cohort
    faces: Faces
    peak: int
    trickle: int = 0
    sent_back: int = 0
    districts: int = JUNE_DISTRICTS
    code: str = "JUNE"

    @property
    def settings(self) -> Settings:
        return self.faces.settings

    def person(self, name: str) -> Faces:
        """Somebody of the cohort, signed in at the first request."""
        return self.faces.of(self.cohort.user(name), PASSWORD)


async def run(peak: int, trickle: int) -> bool:
    """Tells the whole story. Returns whether the last reconciliation was clean."""
    faces = Faces()
    if not faces.settings.demo:
        raise Obstacle("The demo moves the business clock, so it needs a stack that is started with ELMS_DEMO=1.")
    demo = Demo(next_cohort(faces.settings), faces, peak, trickle, deciding.SENT_BACK)
    began = time.monotonic()
    await predecessors(demo)
    await printshop.clear_desk(demo)
    await desks.tell_story(demo)
    await june.people(demo)
    await agencies.tell_story(demo)
    await educators.tell_story(demo)
    await deciding.tell_story(demo)
    await printshop.tell_story(demo)
    clean = await _proof("6. The proof")
    await june.tell_story(demo)
    clean = await _proof("8. The proof again") and clean
    await desks.check(demo)
    tell(f"[bold]The whole story took {time.monotonic() - began:.0f} s.[/bold]")
    _addresses(demo)
    return clean


async def predecessors(demo: Demo) -> None:
    """Imports the cohort's people, licenses and credits."""
    chapter(0, "People, licenses and credits of the system before, from files that you can open and change")
    for what in IMPORTS:
        await load_file(demo.faces, what, f"{what}-{demo.cohort.number}", demo.cohort.file(what))


async def _proof(title: str) -> bool:
    chapter(int(title[0]), title[3:])
    with timed("elms reconcile"):
        found = await reconcile()
    for what, count in found.counts.items():
        tell(f"{what}: {count:,}")
    for difference in found.differences:
        tell(f"[red]DIFFERENCE[/red] {difference}")
    if not found.differences:
        tell("[green]No difference.[/green]")
    return not found.differences


def _cohorts(settings: Settings) -> Path:
    return settings.data / "demo.json"


def next_cohort(settings: Settings) -> Cohort:
    """The people of the next run. One that was broken off counts: its people exist."""
    file = _cohorts(settings)
    number = json.loads(file.read_text())["runs"] + 1 if file.exists() else 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"runs": number}))
    _second, day = desks.days_of(today(settings), settings.policy)
    return Cohort(number, day)


def _addresses(demo: Demo) -> None:
    portal = demo.settings.public_address
    tell("")
    tell(f"The stack goes on running. Open {portal} and sign in; everybody's password is {PASSWORD}:")
    people = {
        "an educator": "maria.lopez", "an educator whose district is late": "loretta.simmons",
        "a superintendent": "evelyn.lee", "a personnel and directory administrator": "rosa.ortiz",
        "a licensing officer": "cynthia.marsh", "a loader and operator": "paul.stennis",
        "the print desk": "gloria.tate",
    }  # fmt: skip
    for who, name in people.items():
        tell(f"  {demo.cohort.user(name):<22}{who}")
    tell("Each service's API page is at its address, /docs; `elms status` shows the lag; `make down` stops it all.")
