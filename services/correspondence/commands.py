"""What correspondence does: writes letters, each once, and knows where to reach people."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

from services.correspondence import store
from services.correspondence.domain.letters import SILENT, Letter, from_office
from services.correspondence.domain.texts import LANGUAGES, Wording, letterhead
from shared.contracts.identity import MailingState, OrganizationState, PersonState
from shared.ids import LetterId, PersonId
from shared.messaging.erasure import Erased
from shared.messaging.work import Work

MAIL = "mail"
FOLDER = Path(__file__).parent / "templates"


async def write(work: Work, letters: Iterable[Letter | None]) -> list[LetterId]:
    """Writes each letter once, and intends its e-mail in the same transaction; returns the ids of those written.

    Nothing said before this service first heard its topic is e-mailed, and nothing in a replay.
    """
    wanted = [letter for letter in letters if letter is not None]
    if not wanted:
        return []
    kinds = {letter.kind: templates()[letter.kind] for letter in wanted}
    head = letterhead(work.policy)
    await store.keep_wordings(work, [head, *(wording for kind in kinds.values() for wording in kind.values())])
    rows = await store.add_letters(
        work,
        await _with_mail(work, wanted),
        templates={kind: {language: w.version for language, w in found.items()} for kind, found in kinds.items()},
        head=head.version,
    )
    for letter_id in (str(row.letter_id) for row in rows if row.emailed):
        work.intend(MAIL, letter_id, {"letter_id": letter_id})
    return [row.letter_id for row in rows]


async def _with_mail(work: Work, letters: Sequence[Letter]) -> list[tuple[Letter, bool]]:
    """Each letter, and whether it is e-mailed where there is an address."""
    topics = {letter.cause.TOPIC.name for letter in letters if letter.cause is not None}
    starts = {topic: await store.start_of(work, topic) for topic in topics}

    def is_mailed(letter: Letter) -> bool:
        new = letter.cause is None or letter.cause.said.at >= starts[letter.cause.TOPIC.name]
        return new and letter.kind not in SILENT and not work.replaying

    return [(letter, is_mailed(letter)) for letter in letters]


async def write_from_office(work: Work, person_id: PersonId, *, subject: str, text: str, by: str) -> LetterId:
    """Writes what an officer has to say to an educator."""
    [letter_id] = await write(work, [from_office(person_id, work.command, subject=subject, text=text, by=by)])
    work.audit("letter written", person_id, letter_id=letter_id)
    return letter_id


async def mark_read(work: Work, letter_id: UUID, *, by: PersonId) -> None:
    """Notes when its person first read a letter. Raises `NotFound` for another's."""
    await store.mark_read(work, letter_id, by)


async def know_recipients(work: Work, states: Sequence[MailingState]) -> None:
    """Know where each person is reached, and in which language."""
    await store.save_recipients(work, states)


async def know_merges(work: Work, states: Sequence[PersonState]) -> None:
    """Know whose letters are whose."""
    await store.save_people(work, states)


async def know_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """Know what letters say of districts."""
    await store.save_organizations(work, states)


async def forget_recipients(work: Work, erased: Sequence[Erased]) -> None:
    """Forget where these people were reached."""
    await store.forget(work, "recipient", [each.erased_id for each in erased])


async def forget_people(work: Work, erased: Sequence[Erased]) -> None:
    """Forget these people and their letters."""
    for table in ("letter", "person"):
        await store.forget(work, table, [each.erased_id for each in erased])


@cache
def templates() -> dict[str, dict[str, Wording]]:
    """Every kind's template in each language, from the service's folder."""
    found: dict[str, dict[str, Wording]] = {}
    for language in LANGUAGES:
        layout = (FOLDER / language / "layout.txt").read_text()
        for file in sorted((FOLDER / language).glob("*.txt")):
            if file.stem != "layout":
                wording = Wording.of({"layout": layout, "letter": file.read_text()})
                found.setdefault(file.stem, {})[language] = wording
    return found
