"""Reconciling in a page: each approval is one period, each period is shown, each earned period has its print job.

Services answer with sums (`shared.web.accounts`); only where two of them differ are ids asked for, and named.
"""

from dataclasses import dataclass
from typing import Any

from services.portal.page import Page
from services.portal.words import noted

ROLE = "operator"
MOST_HEAPS = 8
"""Of so many heaps that differ the ids are asked for; with more, so much is wrong that names no longer help."""
MOST_SHOWN = 50
STATES = ("queued", "held", "cut", "released", "mailed", "returned", "stopped")


@dataclass(frozen=True, slots=True)
class Side:
    """One account of one service, in words."""

    words: str
    service: str
    account: str

    @property
    def path(self) -> str:
        return f"/operations/accounts/{self.account}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides that should be the same: how many ids each has, and the ids that one side alone has."""

    sides: tuple[Side, Side]
    counts: tuple[int, int]
    differing: int
    alone: tuple[tuple[str, ...], tuple[str, ...]]

    @property
    def is_equal(self) -> bool:
        return self.differing == 0


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The comparisons, what is still under way, and the print jobs by state."""

    compared: tuple[Compared, ...]
    under_way: int
    blocked: int
    jobs: dict[str, int]

    @property
    def is_equal(self) -> bool:
        return all(each.is_equal for each in self.compared)


EARNED = Side(noted("Periods earned by an application"), "credentials", "earned")
EQUATIONS = (
    (Side(noted("Approved applications that are completed"), "renewals", "completed"), EARNED),
    (
        Side(noted("Periods of licenses"), "credentials", "periods"),
        Side(noted("Periods that the look-up shows"), "lookup", "periods"),
    ),
    (EARNED, Side(noted("Print jobs of applications"), "printing", "jobs")),
)


async def reconcile(page: Page) -> Reconciled:
    """Asks all sides at once, then for the ids of what differs. Raises `Unavailable` when one does not answer."""
    sides = tuple({side: None for pair in EQUATIONS for side in pair})
    asked = (*sides, Side("", "renewals", "under-way"), Side("", "renewals", "blocked"))
    jobs = tuple(Side("", "printing", f"jobs-{state}") for state in STATES)
    found = await page.together(*(page.get(side.service, side.path) for side in (*asked, *jobs)))
    accounts = dict(zip((*asked, *jobs), found, strict=True))
    compared = await page.together(*(_compare(page, pair, accounts) for pair in EQUATIONS))
    return Reconciled(
        compared,
        under_way=accounts[asked[-2]]["count"],
        blocked=accounts[asked[-1]]["count"],
        jobs={state: accounts[side]["count"] for state, side in zip(STATES, jobs, strict=True)},
    )


async def _compare(page: Page, pair: tuple[Side, Side], accounts: dict[Side, Any]) -> Compared:
    heaps = [{h["heap"]: (h["count"], h["sum"]) for h in accounts[side]["heaps"]} for side in pair]
    differing = sorted(heap for heap in heaps[0].keys() | heaps[1].keys() if heaps[0].get(heap) != heaps[1].get(heap))
    ids: list[list[str]] = [[], []]
    for heap in differing[:MOST_HEAPS]:
        parts = await page.together(*(page.get(side.service, f"{side.path}/{heap}") for side in pair))
        ids = [[*kept, *part] for kept, part in zip(ids, parts, strict=True)]
    first, second = (_alone(ids[0], ids[1]), _alone(ids[1], ids[0]))
    counts = (accounts[pair[0]]["count"], accounts[pair[1]]["count"])
    return Compared(pair, counts, len(differing), (first, second))


def _alone(these: list[str], those: list[str]) -> tuple[str, ...]:
    """What one side alone has, or has more than once."""
    others, seen = set(those), set[str]()
    found = [each for each in these if each not in others or each in seen or seen.add(each)]  # type: ignore[func-returns-value]
    return tuple(found[:MOST_SHOWN])
