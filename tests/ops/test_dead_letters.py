"""An operator sees what a dead letter is about, and nothing personal."""

from typing import Any

import pytest

from ops.dead_letters import redacted


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0190f5d2-7c1e-7b1a-8c1d-0242ac120002", "0190f5d2-7c1e-7b1a-8c1d-0242ac120002"),
        ("2026-06-30", "2026-06-30"),
        ("2026-06-30T10:00:00Z", "2026-06-30T10:00:00Z"),
        ("good_standing", "good_standing"),
        ("Ruby Bridges", "█" * 12),
        ("O'Neal", "█" * 6),
        ("2026-06-30 her birthday", "█" * 12),
        (17, 17),
        (None, None),
        ({"name": {"last": "Bridges"}, "districts": ["Tupelo"]}, {"name": {"last": "█" * 7}, "districts": ["█" * 6]}),
    ],
)
def test_ids_dates_and_words_of_enumerations_are_shown_and_free_text_is_not(value: Any, shown: Any) -> None:
    assert redacted(value) == shown
