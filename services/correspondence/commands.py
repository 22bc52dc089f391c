"""What correspondence does: writes letters, each once, and knows where to reach people."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from services.correspondence.domain.letters import SILENT, Letter, from_office
from services.correspondence.domain.texts import LANGUAGES, Wording, letterhead
from services.correspondence.store import known, letters, words
from services.correspondence.store.letters import Sweep
from shared.contracts import Event
from shared.contracts.identity import MailingState, OrganizationState, PersonState
from shared.ids import LetterId, PersonId
from shared.messaging.erasure import Erased
from shared.messaging.work import Work

MAIL = "mail"
FOLDER = Path(__file__).parent / "templates"
MAILED_WITHIN = timedelta(days=7)
"""Where an address comes later than this after its letter, the letter is old news."""


async def write(work: Work, given: Iterable[Letter | None]) -> list[LetterId]:
    """Writes each letter once, and intends its e-mail in the same transaction; returns the ids of those written.

    Nothing said before this service first heard its topic is e-mailed, and nothing in a replay.
    """
    wanted = [letter for letter in given if letter is not None]
    if not wanted:
        return []
    kinds = {letter.kind: templates()[letter.kind] for letter in wanted}
    head = letterhead(work.policy)
    await words.keep_wordings(work, [head, *kinds.values()])
    versions = {kind: wording.version for kind, wording in kinds.items()}
    rows = await letters.add_letters(work, await _with_mail(work, wanted), templates=versions, head=head.version)
    causes = {letter.cause.said.id: letter.cause for letter in wanted if letter.cause is not None}
    for row in rows:
        if row.emailed:
            _intend(work, row.letter_id, causes.get(row.cause))
    return [row.letter_id for row in rows]


async def mail_late(work: Work, sweep: Sweep) -> None:
    """Intends the e-mails of letters that were heard of before their person's address."""
    rows = await letters.take_unmailed(work, sweep, since=work.now - MAILED_WITHIN)
    for row in rows:
        _intend(work, row.letter_id)


def _intend(work: Work, letter_id: UUID, because: Event | None = None) -> None:
    work.intend(MAIL, str(letter_id), {"letter_id": str(letter_id)}, because=because)


async def _with_mail(work: Work, wanted: Sequence[Letter]) -> list[tuple[Letter, bool]]:
    """Each letter, and whether it is e-mailed where there is an address."""
    topics = {letter.cause.TOPIC.name for letter in wanted if letter.cause is not None}
    starts = {topic: await words.start_of(work, topic) for topic in topics}

    def is_mailed(letter: Letter) -> bool:
        new = letter.cause is None or letter.cause.said.at >= starts[letter.cause.TOPIC.name]
        return new and letter.kind not in SILENT and not work.replaying

    return [(letter, is_mailed(letter)) for letter in wanted]


async def write_from_office(work: Work, person_id: PersonId, *, subject: str, text: str, by: str) -> LetterId:
    """Writes what an officer has to say to an educator."""
    [letter_id] = await write(work, [from_office(person_id, work.command, subject=subject, text=text, by=by)])
    work.audit("letter written", person_id, letter_id=letter_id)
    return letter_id


async def mark_read(work: Work, letter_id: UUID, *, by: PersonId) -> None:
    """Notes when its person first read a letter. Raises `NotFound` for another's."""
    await letters.mark_read(work, letter_id, by)


async def know_recipients(work: Work, states: Sequence[MailingState]) -> None:
    """Know where each person is reached, and in which language."""
    await known.save_recipients(work, states)


async def know_merges(work: Work, states: Sequence[PersonState]) -> None:
    """Know whose letters are whose."""
    await known.save_people(work, states)


async def know_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """Know what letters say of districts."""
    await known.save_organizations(work, states)


async def forget_recipients(work: Work, erased: Sequence[Erased]) -> None:
    """Forget where these people were reached."""
    await known.forget_recipients(work, [each.erased_id for each in erased])


async def forget_people(work: Work, erased: Sequence[Erased]) -> None:
    """Forget these people and their letters."""
    await known.forget_people(work, [each.erased_id for each in erased])


@cache
def templates() -> dict[str, Wording]:
    """Every kind's template, in all languages, from the service's folder."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for language in LANGUAGES:
        layout = (FOLDER / language / "layout.txt").read_text()
        for file in sorted((FOLDER / language).glob("*.txt")):
            if file.stem != "layout":
                found.setdefault(file.stem, {})[language] = {"layout": layout, "letter": file.read_text()}
    return {kind: Wording.of(words) for kind, words in found.items()}
