"""How fast the portal answers on a running demo stack: `make demo`, then `make bench-pages`.

Files a district's 2,000 renewals for a cohort of its own, then opens an educator's home, that district's queue and
the public look-up in turns: milliseconds to the last byte, and the page's kilobytes as they are sent (compressed).
"""

import asyncio
import re
import time
from html import unescape
from statistics import median, quantiles

import httpx

from ops.demo import june
from ops.demo.cohort import PASSWORD
from ops.demo.run import Demo, next_cohort, predecessors
from ops.errors import Obstacle
from ops.faces import Faces

OPEN = 2_000
ROUNDS = 120
SETTLE = 15
"""Seconds for what the filings set going (letters, forecasts) to come to rest."""
PAUSE = 0.6
"""Seconds between rounds: a visitor who looks up faster than one license a second, after sixty, is told to wait."""
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


async def main() -> None:
    """Prints the table."""
    faces = Faces()
    cohort = next_cohort(faces.settings)
    demo = Demo(cohort, faces, peak=OPEN, districts=1, code=f"PAGES-{cohort.number}")
    await predecessors(demo)
    await june.people(demo)
    portal = faces.settings.address_of("portal")
    maria = await signed_in(portal, demo.cohort.user("maria.lopez"))
    chief = await signed_in(portal, june.peak(demo).chief_user(0))
    anybody = httpx.AsyncClient(base_url=portal)
    pages = {
        "an educator's home": (maria, "/home"),
        f"a queue of {OPEN:,}": (chief, "/queue"),
        "look-up, by name": (anybody, "/lookup?q=lopez"),
    }
    await asyncio.sleep(SETTLE)
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, (visitor, path) in pages.items():
            found[name].append(await opened(visitor, path))
        await asyncio.sleep(PAUSE)
    for visitor in (maria, chief, anybody):
        await visitor.aclose()
    show(found)


async def signed_in(portal: str, user: str) -> httpx.AsyncClient:
    """A visitor with a session."""
    visitor = httpx.AsyncClient(base_url=portal, follow_redirects=True, timeout=60)
    form = await visitor.get("/sign-in")
    hidden = {name: unescape(value) for name, value in _HIDDEN.findall(form.text)}
    answer = await visitor.post("/sign-in", data=hidden | {"user_id": user, "password": PASSWORD})
    if answer.url.path == "/sign-in":
        raise Obstacle(f"{user} could not sign in at {portal}")
    return visitor


async def opened(visitor: httpx.AsyncClient, path: str) -> tuple[float, int]:
    """Milliseconds to the last byte, and the bytes that were sent."""
    began = time.perf_counter()
    answer = await visitor.get(path, follow_redirects=False)
    if answer.status_code != httpx.codes.OK:
        raise Obstacle(f"{path}: {answer.status_code}")
    return (time.perf_counter() - began) * 1000, answer.num_bytes_downloaded


def show(found: dict[str, list[tuple[float, int]]]) -> None:
    """A line for each page."""
    print(f"{'page':<22}{'median':>10}{'p95':>10}{'p99':>10}{'KB':>8}")
    for name, visits in found.items():
        times = [ms for ms, _ in visits]
        cuts = quantiles(times, n=100)
        kilobytes = max(size for _, size in visits) / 1000
        print(f"{name:<22}{median(times):>7.0f} ms{cuts[94]:>7.0f} ms{cuts[98]:>7.0f} ms{kilobytes:>8.1f}")


if __name__ == "__main__":
    asyncio.run(main())
