"""What can be asked of correspondence: an inbox, and a letter as it was sent."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.correspondence.domain.texts import Text, spoken, written
from services.correspondence.store import letters
from shared.contracts.values import Value
from shared.errors import Invalid
from shared.messaging.work import Work


class Summary(Value):
    """A line of the inbox. `read_at`: when its person first read it."""

    letter_id: UUID
    kind: str
    language: str
    subject: str
    sent_at: datetime
    read_at: datetime | None
    emailed: bool


class LetterAsSent(Summary):
    """A letter with its text."""

    text: str


class Inbox(Value):
    """A page of an inbox: unread first, then the newest."""

    letters: tuple[Summary, ...]
    unread: int
    next: str | None = None


async def inbox(work: Work, person_id: UUID, *, limit: int, after: str | None) -> Inbox:
    """A person's letters, with those of whoever was merged into them. Raises `Invalid` for an unknown `after`."""
    unread = await letters.count_unread(work, person_id)  # first: what comes meanwhile is listed, never only counted
    rows = await letters.letters_of(work, person_id, limit=limit + 1, after=_place(after) if after else None)
    page = rows[:limit]
    return Inbox(
        letters=tuple(Summary(**_common(row, text_of(row))) for row in page),
        unread=unread,
        next=_cursor(page[-1]) if len(rows) > limit else None,
    )


async def get_letter(work: Work, letter_id: UUID, person_id: UUID | None) -> LetterAsSent:
    """A letter as it was sent; only that person's, where one is named. Raises `NotFound`."""
    row = await letters.get_letter(work, letter_id, person_id)
    text = text_of(row)
    return LetterAsSent(**_common(row, text), text=text.body)


def text_of(row: Any) -> Text:
    """The text of a row of `letters.LETTER`, from the words that it keeps, in its reader's language of then."""
    reader = orjson.loads(row.reader or "{}")
    language = row.language or spoken(reader.get("language"))
    name = reader.get("name", "") if row.name is None else row.name
    letter = {"name": name, "language": language, "sent_at": row.sent_at, "data": orjson.loads(row.data)}
    return written(orjson.loads(row.template), orjson.loads(row.head), letter)


def _common(row: Any, text: Text) -> dict[str, Any]:
    fields = ("letter_id", "kind", "sent_at", "read_at", "emailed")
    return {field: getattr(row, field) for field in fields} | {"subject": text.subject, "language": text.language}


def _cursor(row: Any) -> str:
    place = orjson.dumps([row.read_at is not None, row.sent_at, str(row.letter_id)])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _place(cursor: str) -> tuple[bool, datetime, UUID]:
    try:
        was_read, sent_at, last_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return bool(was_read), datetime.fromisoformat(sent_at), UUID(last_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid("after", problem="No page ends here. Begin with the first page.") from error
