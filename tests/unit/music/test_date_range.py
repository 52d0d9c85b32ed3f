"""FROM= and TO= of a command."""

from __future__ import annotations

import pytest

from glue_sandbox.errors import SandboxError
from music.date_range import DateRange


def test_both_ends_are_included_and_an_open_one_has_no_end() -> None:
    days = ["2024-06-24", "2024-06-25", "2024-06-26"]
    for first, last, inside in (
        ("2024-06-25", "2024-06-25", days[1:2]),
        ("2024-06-25", None, days[1:]),
        ("", "2024-06-25", days[:2]),
    ):
        dates = DateRange.checked("make audit", first, last)
        assert dates
        assert [day for day in days if day in dates] == inside
    assert not DateRange.checked("make audit", None, "")


def test_only_a_range_with_two_ends_has_a_calendar() -> None:
    assert DateRange("2024-02-28", "2024-03-01").calendar() == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert DateRange("2024-02-28", None).calendar() == []


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("25.6.2024", None, "FROM as a day; found FROM=25.6.2024; next: make runs FROM=2024-06-25"),
        ("20240625", None, "FROM as a day; found FROM=20240625"),
        (None, "2024-02-30", "TO as a day; found TO=2024-02-30"),
        ("2024-06-26", "2024-06-25", "FROM before TO.*make runs FROM=2024-06-25 TO=2024-06-26"),
    ],
)
def test_what_is_no_range_is_refused(first: str | None, last: str | None, message: str) -> None:
    with pytest.raises(SandboxError, match=message):
        DateRange.checked("make runs", first, last)
