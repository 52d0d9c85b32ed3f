"""Numbers with their noun."""

from __future__ import annotations

import pytest

from glue_sandbox.terminal.words import counted


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "file", "1 file"),
        (0, "file", "0 files"),
        (12_000, "row", "12,000 rows"),
        (2, "day", "2 days"),
        (2, "delivery", "2 deliveries"),
    ],
)
def test_one_is_singular_and_any_other_number_plural(count: int, noun: str, text: str) -> None:
    assert counted(count, noun) == text
