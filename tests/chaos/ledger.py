"""What was asked of the system and what it answered, kept outside of it; and what must be true for that at the end.

    asked ──▶ answered yes · answered no · never answered (then both outcomes are lawful, but no third)

The file is JSON lines: a run that is killed leaves all it knew.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson


@dataclass
class Entry:
    """One thing that was asked: what, of which subject, under which key."""

    kind: str
    subject: str
    key: str
    asked_at: float
    answered_at: float = 0.0
    outcome: str = ""  # yes · no · empty: never answered
    detail: str = ""
    tries: int = 0


@dataclass
class Ledger:
    """All entries, in memory and in the file."""

    file: Path
    entries: dict[str, Entry] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)

    def ask(self, kind: str, subject: str, key: str) -> Entry:
        """Notes what is about to be asked."""
        entry = self.entries[key] = Entry(kind, subject, key, time.time())
        self._write("asked", entry)
        return entry

    def answer(self, entry: Entry, outcome: str, detail: str = "") -> None:
        """Notes what was answered."""
        entry.answered_at, entry.outcome, entry.detail = time.time(), outcome, detail[:300]
        self._write("answered", entry)

    def trouble(self, what: str) -> None:
        """Counts a try that brought no answer."""
        self.troubles[what] += 1

    def subjects(self, kind: str, outcome: str = "yes") -> set[str]:
        """The subjects for which this was answered so."""
        return {e.subject for e in self.entries.values() if e.kind == kind and e.outcome == outcome}

    def counts(self) -> Counter[str]:
        """How many of each kind were answered how."""
        return Counter(f"{e.kind} {e.outcome or 'never answered'}" for e in self.entries.values())

    def _write(self, what: str, entry: Entry) -> None:
        line = {"at": time.time(), "what": what, **entry.__dict__}
        with self.file.open("ab") as out:
            out.write(orjson.dumps(line) + b"\n")


# ---- verdicts: pure, on what the ledger says and what the databases hold ------------------------------------------


def missing(what: str, promised: Collection[str], there: Collection[str]) -> list[str]:
    """What was answered with a yes and is not there."""
    lost = sorted(set(promised) - set(there))
    return (
        [f"lost: {what} {', '.join(lost[:5])}{f' and {len(lost) - 5} more' if len(lost) > 5 else ''}"] if lost else []
    )


def unasked(what: str, there: Collection[str], lawful: Collection[str]) -> list[str]:
    """What is there and nobody asked for, or was answered with a no."""
    more = sorted(set(there) - set(lawful))
    return [f"from nowhere: {what} {', '.join(more[:5])} ({len(more)})"] if more else []


def doubled(what: str, there: Iterable[str]) -> list[str]:
    """What is there more than once."""
    twice = [f"{each} ({count})" for each, count in Counter(there).items() if count > 1]
    return [f"twice: {what} {', '.join(twice[:5])} ({len(twice)})"] if twice else []


def disordered(first_said: Iterable[tuple[str, str, int]]) -> list[str]:
    """Keys whose events were said out of order: (topic, key, sequence) where each event was said first."""
    last: dict[tuple[str, str], int] = {}
    problems = []
    for topic, key, sequence in first_said:
        if sequence < last.get((topic, key), 0):
            problems.append(f"out of order: {topic} {key}: {sequence} after {last[topic, key]}")
        last[topic, key] = max(sequence, last.get((topic, key), 0))
    return problems


def unequal(what: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """A projection beside what its topic says."""
    wrong = [key for key in wanted if found.get(key) != wanted[key]]
    more = [key for key in found if key not in wanted]
    problems = [f"{what}: {key} is {found.get(key)!r} instead of {wanted[key]!r}"[:400] for key in wrong[:3]]
    return problems + [f"{what}: {len(wrong)} differ, {len(more)} too many"] * bool(wrong or more)


def percentile(values: Collection[float], share: float) -> float:
    """The value under which this share of the values lies; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
