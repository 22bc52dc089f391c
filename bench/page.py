"""The results as a page: `bench/results.md` with its pictures, written anew by each run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import plot

HEAD = (
    "row",
    "contender",
    "events",
    "median/s",
    "min – max",
    "other figures",
    "µs an event by process",
    "ELMS is",
)


def write(found: Mapping[str, Any], results: Path) -> None:
    """Writes the page and the picture beside the results."""
    picture = results.with_suffix(".svg")
    picture.write_text(plot.svg(found))
    results.with_suffix(".md").write_text("\n".join(_lines(found, picture.name)) + "\n")


def _lines(found: Mapping[str, Any], picture: str) -> Iterator[str]:
    machine = found["machine"]
    yield "# How fast ELMS is beside others"
    yield ""
    where = f"{machine['cores']} cores ({machine['model']}), {machine['python']}"
    yield f"Measured on {found['date'][:10]} at commit {found['commit']}, on {where},"
    yield f"{found['rounds']} rounds in turns, each run counted: N of N, none twice. {found['durability']}."
    if machine["crowded"]:
        yield f"Others used the machine (load {machine['load_before']} before the start): **provisional figures**."
    yield ""
    yield f"![The table's medians as bars]({picture})"
    yield ""
    yield "| " + " | ".join(HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    for line in found["outcomes"]:
        yield "| " + " | ".join(cells(line, "<br>")) + " |"


def cells(line: Mapping[str, Any], between: str) -> list[str]:
    """One outcome as cells of a table; what stands under each other in one is kept apart by `between`."""
    figures = line["figures"].items()
    return [
        line["row"],
        line["contender"],
        f"{line['events']:,}",
        f"{line['median']:,}",
        f"{line['minimum']:,} – {line['maximum']:,}",
        between.join(f"{name} {f['median']:,g} ({f['minimum']:,g} – {f['maximum']:,g})" for name, f in figures),
        between.join(f"{name} {value:.0f}" for name, value in line["processor_us"].items()),
        between.join([_times(line["elms_is"]), *(f"{name} {_times(f['elms_is'])}" for name, f in figures)]),
    ]


def _times(ratio: float | None) -> str:
    return f"{ratio:.2f} ×" if ratio else "–"
