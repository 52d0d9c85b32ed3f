"""The oracle is worth believing: it equals the hand-worked sample and the real delivery's answers."""

from __future__ import annotations

import copy
import gzip
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from deliveries import (
    LATE,
    REAL,
    expected_items,
    real_differences,
    sample_songs,
    sample_streams,
)
from oracle import KEYS, Item, differences, oracle_items

HEADER = "user_id,track_id,listen_time\n"
SONGS = "id,track_id,track_name,artists,track_genre,duration_ms\n"


@pytest.fixture(scope="module")
def sample() -> dict[str, list[Item]]:
    return oracle_items(streams=sample_streams(), songs=sample_songs())


@pytest.mark.parametrize("table", KEYS)
def test_equals_the_sample_worked_by_hand(sample: dict[str, list[Item]], table: str) -> None:
    assert differences(table, expected_items()[table], sample[table]) == []


@pytest.mark.real_delivery
def test_equals_the_real_deliverys_four_answers() -> None:
    items = oracle_items(streams=[REAL / "streams1.csv"], songs=[REAL / "songs.csv"])
    assert real_differences(items) == []


@pytest.mark.real_delivery
def test_a_changed_answer_of_the_real_delivery_is_noticed() -> None:
    items = oracle_items(streams=[REAL / "streams1.csv"], songs=[REAL / "songs.csv"])
    items["TopGenresByDay"][0]["top_5_genres"][4]["track_genre"] = "dance"
    assert len(real_differences(items)) == 2


def test_delivering_the_sample_twice_changes_nothing(sample: dict[str, list[Item]]) -> None:
    again = oracle_items(streams=[*sample_streams(), *reversed(sample_streams())], songs=sample_songs())
    assert again == sample


def test_a_late_file_moves_ranks_as_worked_by_hand() -> None:
    """See seed/expected/README.md, "After the late file"."""
    items = oracle_items(streams=[*sample_streams(), LATE], songs=sample_songs())
    genres = {item["listen_date"]: item["top_5_genres"] for item in items["TopGenresByDay"]}["2024-06-25"]
    assert [(genre["track_genre"], genre["listens"]) for genre in genres] == [
        ("pop", 12),
        ("rock", 5),
        ("jazz", 4),
        ("ambient", 3),
        ("folk", 3),
    ]
    ranks = {
        item["track_id"]: item.get("rank_in_genre")
        for item in items["track_level_reports"]
        if item["report_date"] == "2024-06-25" and item.get("track_genre") == "pop"
    }
    assert ranks == {"t03": 1, "t01": 2, "T05": 3, "t02": None, "t04": None}


def test_averages_round_half_to_even(tmp_path: Path) -> None:
    """1 ms over 16 people is 0.0000625 s: 0.000062, not 0.000063; 3 ms is 0.0001875 s: 0.000188."""
    (tmp_path / "songs.csv").write_text(f"{SONGS}1,a,A,,g,1\n2,b,B,,g,3\n3,c,C,,g,0\n")
    listens = [f"u{user},c,2024-01-{day} 00:00:00" for day in ("01", "02") for user in range(16)]
    listens += ["u0,a,2024-01-01 00:00:01", "u0,b,2024-01-02 00:00:01"]
    (tmp_path / "streams.csv").write_text(HEADER + "\n".join(listens) + "\n")
    items = oracle_items(streams=[tmp_path / "streams.csv"], songs=[tmp_path / "songs.csv"])
    averages = [
        item["avg_listening_time_per_user"]
        for item in items["MusicStreamingKPIs"]
        if item["kpi_type"] == "DAY"
    ]
    assert averages == [Decimal("0.000062"), Decimal("0.000188")]


@pytest.mark.parametrize(
    "row",
    [
        ",t,2024-01-01 00:00:00",
        "u,,2024-01-01 00:00:00",
        "u,t,2024-02-30 00:00:00",
        "u,t,2024-01-01",
        "u,t,",
        "u,t",
        "u,t,2024-01-01 00:00:00,more",
    ],
)
def test_a_bad_row_is_no_listen(tmp_path: Path, row: str) -> None:
    (tmp_path / "songs.csv").write_text(SONGS)
    (tmp_path / "streams.csv").write_text(f"{HEADER}{row}\nu,t,2024-01-01 10:00:00\n")
    items = oracle_items(streams=[tmp_path / "streams.csv"], songs=[tmp_path / "songs.csv"])
    assert [item["total_listens"] for item in items["track_level_reports"]] == [1]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("packed", [False, True])
def test_reads_every_legal_shape_of_csv(tmp_path: Path, ending: str, mark: str, packed: bool) -> None:
    text = f'{mark}note, USER_ID ,Track_Id,listen_time\n"a ""b"", c\nd",u,t,2024-01-01T10:00:00Z\n'
    content = text.replace("\n", ending).encode()
    path = tmp_path / ("s.csv.gz" if packed else "s.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    (tmp_path / "songs.csv").write_text(SONGS)
    items = oracle_items(streams=[path], songs=[tmp_path / "songs.csv"])
    assert items["track_level_reports"] == [
        {
            "track_id": "t",
            "report_date": "2024-01-01",
            "total_listens": 1,
            "unique_users": 1,
            "song_known": False,
        }
    ]


def test_what_has_no_value_is_left_out_also_inside_lists(tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_text(f"{SONGS}1,a,A,,g,1\n")
    (tmp_path / "streams.csv").write_text(f"{HEADER}u,a,2024-01-01 00:00:00\n")
    items = oracle_items(streams=[tmp_path / "streams.csv"], songs=[tmp_path / "songs.csv"])
    song = {"rank": 1, "track_id": "a", "track_name": "A", "listens": 1}
    assert items["TopSongsByGenre"][0]["top_3_songs"] == [song]


def test_no_listens_means_no_items(tmp_path: Path) -> None:
    (tmp_path / "songs.csv").write_text(SONGS)
    (tmp_path / "streams.csv").write_text(HEADER)
    items = oracle_items(streams=[tmp_path / "streams.csv"], songs=[tmp_path / "songs.csv"])
    assert items == {table: [] for table in KEYS}


class TestDifferences:
    """The comparison sees what a person would call different, and nothing else."""

    DAY: ClassVar[Item] = {
        "listen_date": "2024-06-25",
        "top_5_genres": [{"rank": 1, "track_genre": "pop", "listens": 2}],
    }

    def test_none_for_equal_numbers_of_other_types(self) -> None:
        stored = {
            **self.DAY,
            "top_5_genres": [{"rank": Decimal(1), "track_genre": "pop", "listens": Decimal("2.0")}],
        }
        assert differences("TopGenresByDay", [self.DAY], [stored]) == []

    def test_missing_and_unexpected_items(self) -> None:
        other = {**self.DAY, "listen_date": "2024-06-26"}
        lines = differences("TopGenresByDay", [self.DAY], [other])
        assert [line.split(": ")[1].split(",")[0] for line in lines] == ["missing", "unexpected"]

    @pytest.mark.parametrize("value", ["2", True, Decimal("2.1"), None])
    def test_another_value_deep_inside(self, value: object) -> None:
        changed = copy.deepcopy(self.DAY)
        changed["top_5_genres"][0]["listens"] = value
        assert len(differences("TopGenresByDay", [self.DAY], [changed])) == 1

    def test_an_attribute_too_many_or_too_few(self) -> None:
        assert differences("TopGenresByDay", [self.DAY], [{**self.DAY, "old": 1}]) == [
            "TopGenresByDay ('2024-06-25',): old is 1, wanted '(no such attribute)'"
        ]

    def test_two_items_with_one_key_are_refused(self) -> None:
        with pytest.raises(ValueError, match="two items with the key"):
            differences("TopGenresByDay", [self.DAY, self.DAY], [])

    def test_inexact_numbers_are_refused(self) -> None:
        with pytest.raises(TypeError, match="exact numbers"):
            differences("TopGenresByDay", [self.DAY], [{**self.DAY, "share": 0.1}])
