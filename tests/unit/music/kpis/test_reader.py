"""Which days there are: as the names of the partitions say, whatever tables a day appears in."""

from __future__ import annotations

from typing import cast

import pytest

from music.kpis.reader import KpiReader, busiest
from music.partitions import dates_below
from music_streams import layout
from music_streams.contracts import TRACK_LEVEL_REPORTS


class Listing:
    """An S3 client that lists two pages of folders."""

    def __init__(self, *pages: list[str]) -> None:
        self._pages = pages

    def get_paginator(self, operation: str) -> Listing:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **request: str) -> list[dict[str, list[dict[str, str]]]]:
        assert request["Delimiter"] == "/"
        return [{"CommonPrefixes": [{"Prefix": folder} for folder in page]} for page in self._pages] + [{}]


def test_dates_are_read_from_the_names_of_partitions() -> None:
    prefix = layout.output_prefix(TRACK_LEVEL_REPORTS)
    days = [layout.output_partition(TRACK_LEVEL_REPORTS, date) for date in ("2024-06-25", "2024-06-27")]
    listing = Listing([days[0], f"{prefix}_temporary/"], days[1:])
    assert list(dates_below(listing, "bucket", prefix)) == ["2024-06-25", "2024-06-27"]  # type: ignore[arg-type]


def test_without_any_day_there_is_no_busiest() -> None:
    assert busiest(cast(KpiReader, None), []) is None


def test_the_busiest_day_has_most_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    days = {"2024-06-25": {"listen_count": 2}, "2024-06-26": {"listen_count": 5}}
    reader = object.__new__(KpiReader)
    monkeypatch.setattr(reader, "day", days.get)
    assert busiest(reader, [*days, "2024-06-27"]) == "2024-06-26"


def test_a_generated_day_is_the_busiest_only_where_nothing_was_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    days = {"2001-01-01": {"listen_count": 900}, "2001-01-02": {"listen_count": 1_000}}
    delivered = {"2024-06-25": {"listen_count": 2}, "2024-06-26": {"listen_count": 5}}
    reader = object.__new__(KpiReader)
    monkeypatch.setattr(reader, "day", {**days, **delivered}.get)
    assert busiest(reader, [*days, *delivered]) == "2024-06-26"
    assert busiest(reader, [*days]) == "2001-01-02"
