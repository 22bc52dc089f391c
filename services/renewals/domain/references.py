"""Reference numbers that people read out on the phone: R-2026-04417."""


def reference(year: int, number: int) -> str:
    """The reference of the year's application with this number."""
    return f"R-{year}-{number:05}"


def is_reference(words: str) -> bool:
    """Whether the words look like a reference rather than an id."""
    return words[:2].upper() == "R-"
