"""The error tree: what an obstacle is called, what it carries, and how the web says it.

    ElmsError
    ├── Refused            a rule or the input says no, for good (422)
    │   └── Invalid        a value cannot be what the field needs
    ├── NotFound           nothing has this id (404)
    ├── NotSignedIn        no valid token (401)
    ├── Forbidden          this person may not (403)
    ├── Conflict           somebody else was first, or the state has moved on (409)
    ├── TooMany            a limit in time (429)
    └── Unavailable        a peer or a store is away: try again (503)

An error names the obstacle and carries its data; `text` is a sentence made of that data for a person, `field`
names the input that it is about. Raise with keyword data: `CreditTooSmall(ceu=Decimal("0.3"), hours=3)`.
"""

import re
from typing import Any, ClassVar


class ElmsError(Exception):
    """An obstacle with a name, its data, a sentence and, where there is one, the field it is about."""

    status: ClassVar[int] = 500
    text: ClassVar[str] = "Something went wrong."
    field: str | None = None

    def __init__(self, field: str | None = None, **data: Any) -> None:
        super().__init__(data)
        self.data = data
        if field is not None:
            self.field = field

    @property
    def code(self) -> str:
        """The class's name in kebab case: `CreditTooSmall` → `credit-too-small`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    def __str__(self) -> str:
        return self.text.format_map(self.data)


class Refused(ElmsError):
    """A rule says no, and asking again changes nothing."""

    status = 422
    text = "This is not possible."


class Invalid(Refused):
    """A value is not what the field needs. Raise with `field` and `problem`."""

    text = "{problem}"


class NotFound(ElmsError):
    """Nothing has this id, or the person may not know of it."""

    status = 404
    text = "Nothing is found at this address."


class NotSignedIn(ElmsError):
    """The request carries no valid token."""

    status = 401
    text = "Sign in to go on."


class Forbidden(ElmsError):
    """The person who asks may not do this."""

    status = 403
    text = "You don't have the role that this needs."


class Conflict(ElmsError):
    """Somebody else was first, or the thing has moved on since it was read."""

    status = 409
    text = "This has changed since you read it."


class TooMany(ElmsError):
    """A limit in time is reached. Raise with `until`."""

    status = 429
    text = "Too many tries. Try again later."


class Unavailable(ElmsError):
    """Something that is needed is away for the moment: nothing was done, try again."""

    status = 503
    text = "A part of the system is away for the moment. Nothing was changed; try again."
