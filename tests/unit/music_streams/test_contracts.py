"""The contracts hold together: keys are columns, dates are columns, names are unique."""

from __future__ import annotations

import pytest

from music_streams import contracts
from music_streams.contracts import KPI_TABLES, TRACK_LEVEL_REPORTS, KpiTable
from music_streams.kpi_tables.kpi_rows import small_tables


@pytest.mark.parametrize("table", KPI_TABLES, ids=lambda table: table.name)
def test_a_tables_key_and_date_are_strings_that_every_item_has(table: KpiTable) -> None:
    strings = {c.name for c in table.columns if c.type == contracts.STRING and not c.optional}
    assert {*table.key, table.date_column} <= strings
    assert len({column.name for column in table.columns}) == len(table.columns)


def test_the_tables_are_those_of_the_design() -> None:
    assert {table.name: table.key for table in KPI_TABLES} == {
        "track_level_reports": ("track_id", "report_date"),
        "MusicStreamingKPIs": ("listen_date", "kpi_type"),
        "TopSongsByGenre": ("listen_date", "track_genre"),
        "TopGenresByDay": ("listen_date",),
        "GenreDailyKPIs": ("date", "track_genre"),
    }


def test_every_table_says_what_one_row_is() -> None:
    sentences = [d.one_row_per for d in KPI_TABLES] + [d.one_row_per for d in contracts.INPUTS.values()]
    assert all(sentence.startswith("one ") for sentence in sentences), sentences


def test_every_table_is_computed() -> None:
    assert {TRACK_LEVEL_REPORTS, *small_tables([], [])} == set(KPI_TABLES)


def test_the_longest_accepted_values_fit_into_dynamodb_keys() -> None:
    longest = len("HOUR#23#GENRE#") + contracts.MAX_BYTES["track_genre"]
    assert max(longest, contracts.MAX_BYTES["track_id"]) <= 1024
