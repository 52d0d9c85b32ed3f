"""Which days are computed anew, and the note that has it done."""

from __future__ import annotations

import json

import pytest
from unit.fake_s3 import FakeS3

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from music import recompute

DAYS = ["2024-06-24", "2024-06-25", "2024-06-27"]


@pytest.mark.parametrize(
    ("first", "last", "chosen"),
    [
        (None, None, DAYS),
        ("2024-06-25", None, DAYS[1:]),
        (None, "2024-06-26", DAYS[:2]),
        ("2024-06-25", "2024-06-25", ["2024-06-25"]),
    ],
)
def test_the_days_with_listens_from_the_first_to_the_last(
    first: str | None, last: str | None, chosen: list[str]
) -> None:
    assert recompute.chosen_days(DAYS, first, last) == chosen


@pytest.mark.parametrize(
    ("there", "first", "message"),
    [
        (DAYS, "2024-07-01", "found 2024-06-24 to 2024-06-27 in curated/, output/ and loaded/"),
        ([], None, "found none at all in curated/, output/ and loaded/; next: make seed"),
        (DAYS, "25.6.2024", "FROM as a day; found FROM=25.6.2024"),
        (DAYS, "20240625", "FROM as a day; found FROM=20240625"),
        (DAYS, "2024-02-30", "FROM as a day; found FROM=2024-02-30"),
    ],
)
def test_other_days_are_refused_with_those_there_are(
    there: list[str], first: str | None, message: str
) -> None:
    with pytest.raises(SandboxError, match=message):
        recompute.chosen_days(there, first, None)


def test_days_whose_listens_are_gone_are_known_by_their_results(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3()
    monkeypatch.setattr(recompute, "s3", lambda _: s3)
    for key in (
        "curated/listens/listen_date=2024-06-25/part",
        "curated/listens/_temporary/0/part",
        "output/track_level_reports/report_date=2024-06-25/part",
        "output/track_level_reports/report_date=2024-06-26/part",
        "loaded/track_level_reports/2024-06-27/snapshot",
    ):
        s3.deliver(key, b"x")
    assert recompute.days_there(Settings()) == ({"2024-06-25"}, {"2024-06-25", "2024-06-26", "2024-06-27"})


def test_each_note_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3()
    monkeypatch.setattr(recompute, "s3", lambda _: s3)
    notes = {recompute.note_days(Settings(), DAYS) for _ in range(3)}
    assert set(s3.keys("pending/")) == notes
    assert len(notes) == 3
    assert json.loads(s3.text(notes.pop())) == DAYS
