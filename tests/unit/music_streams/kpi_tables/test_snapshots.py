"""Output rows in, canonical items and DynamoDB attribute values out."""

from __future__ import annotations

import io
import json

import pytest

from music_streams.contracts import TOP_SONGS_BY_GENRE, TRACK_LEVEL_REPORTS, KpiTable
from music_streams.kpi_tables import snapshots

DAY = "2024-06-25"


def values(table: KpiTable, row: str) -> dict[str, object]:
    ((_, line),) = snapshots.canonical_lines(table, DAY, [[row.encode()]])
    return snapshots.attribute_values(table.columns, json.loads(line))


def test_numbers_are_exact_and_absent_values_are_left_out() -> None:
    row = (
        '{"track_id":"t","total_listens":9007199254740993,"unique_users":1,"total_listening_time":160725,'
        '"avg_listening_time_per_user":160.725000,"track_name":"東京, \\"x\\"","song_known":true}'
    )
    assert values(TRACK_LEVEL_REPORTS, row) == {
        "track_id": {"S": "t"},
        "report_date": {"S": DAY},
        "total_listens": {"N": "9007199254740993"},
        "unique_users": {"N": "1"},
        "total_listening_time": {"N": "160725"},
        "avg_listening_time_per_user": {"N": "160.725000"},
        "track_name": {"S": '東京, "x"'},
        "song_known": {"BOOL": True},
    }


def test_lists_of_maps_keep_their_order() -> None:
    row = (
        '{"track_genre":"pop","top_3_songs":[{"rank":1,"track_id":"a","track_name":"A","listens":2},'
        '{"rank":2,"track_id":"b","track_name":"","artists":"x;y","listens":1}]}'
    )
    assert values(TOP_SONGS_BY_GENRE, row)["top_3_songs"] == {
        "L": [
            {
                "M": {
                    "rank": {"N": "1"},
                    "track_id": {"S": "a"},
                    "track_name": {"S": "A"},
                    "listens": {"N": "2"},
                }
            },
            {
                "M": {
                    "rank": {"N": "2"},
                    "track_id": {"S": "b"},
                    "track_name": {"S": ""},
                    "artists": {"S": "x;y"},
                    "listens": {"N": "1"},
                }
            },
        ]
    }


def test_a_snapshot_read_back_is_what_was_put() -> None:
    row = '{"track_genre":"a\\u2028b\\u0085","top_3_songs":[{"rank":1,"track_id":"x\\u2029","listens":1}]}'
    lines = list(snapshots.canonical_lines(TOP_SONGS_BY_GENRE, DAY, [[row.encode()]]))
    body = io.BytesIO("".join(f"{line}\n" for _, line in lines).encode())
    assert list(snapshots.parsed_lines(TOP_SONGS_BY_GENRE, body)) == lines


def test_equal_content_has_an_equal_name_and_other_tables_have_others() -> None:
    assert snapshots.name_of("t 1", "x" * 64) == snapshots.name_of("t 1", "x" * 64)
    assert len({snapshots.name_of(t, b * 64) for t in ("t 1", "t 2") for b in "xy"}) == 4


def genre(name: str) -> bytes:
    return json.dumps({"track_genre": name, "top_3_songs": []}).encode()


def test_files_that_are_sorted_are_read_as_one() -> None:
    files = [[genre("a"), genre("d")], [genre("b")], [], [genre("c"), genre("é")]]
    lines = snapshots.canonical_lines(TOP_SONGS_BY_GENRE, DAY, files)
    assert [key for key, _ in lines] == [(DAY, name) for name in "abcdé"]


@pytest.mark.parametrize("files", [[["b", "a"]], [["a"], ["a"]]], ids=["not sorted", "a key twice"])
def test_output_that_cannot_be_compared_in_order_is_refused(files: list[list[str]]) -> None:
    lines = snapshots.canonical_lines(TOP_SONGS_BY_GENRE, DAY, [list(map(genre, rows)) for rows in files])
    with pytest.raises(snapshots.UnsortedError, match=r"expected output of TopSongsByGenre .* sorted by key"):
        list(lines)
