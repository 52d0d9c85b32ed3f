"""Listens and songs in, the rows of every KPI table out: worked by hand, and against a plain recount."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import pytest

from music_streams.contracts import TRACK_LEVEL_REPORTS
from music_streams.kpi_tables import kpi_rows
from music_streams.kpi_tables.kpi_rows import json_line, small_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LISTENS = "user_id string, track_id string, listen_time timestamp, listen_date string"
SONGS = "track_id string, track_name string, artists string, track_genre string, duration_ms bigint"
DAY = "2024-06-25"
Listen = tuple[str, str, str]
METRICS = ("listen_count", "unique_listeners", "total_listening_time", "avg_listening_time_per_user")


def tables_of(
    spark: SparkSession, listens: list[Listen], songs: list[tuple[Any, ...]]
) -> dict[str, list[dict[str, Any]]]:
    """Listens as (user, track, `YYYY-MM-DD HH:MM:SS`); each table's rows as items, nulls left out."""
    from music_streams.transforms.kpis import listening_counts, track_level_reports

    rows = [(user, track, datetime.fromisoformat(time), time[:10]) for user, track, time in listens]
    frames = spark.createDataFrame(rows, LISTENS), spark.createDataFrame(songs, SONGS)
    reports = [row.asDict() for row in track_level_reports(*frames).collect()]
    counts = [row.asDict() for row in listening_counts(*frames).collect()]
    tables = {TRACK_LEVEL_REPORTS: reports, **small_tables(counts, reports)}
    return {table.name: [_item(row) for row in rows] for table, rows in tables.items()}


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def by(rows: list[dict[str, Any]], *key: str) -> dict[Any, dict[str, Any]]:
    found = {tuple(row[name] for name in key): row for row in rows}
    assert len(found) == len(rows), "one row per key"
    return found


@pytest.fixture(scope="module")
def worked_by_hand(spark: SparkSession) -> dict[str, list[dict[str, Any]]]:
    songs = [
        ("a", "Ä, b", "X;Y", "pop", 1000),
        ("b", "B", None, "pop", 2000),
        ("c", "C", "Z", "pop", 0),
        ("d", "D", "Z", "pop", 4000),
        ("e", "E", "Z", "rock", 333),
        ("never", "N", "Z", "jazz", 1),
    ]
    at = f"{DAY} 10:00:0"
    listens = [
        *[("1", "a", f"{at}0"), ("1", "a", f"{at}1"), ("2", "a", f"{at}2")],
        *[("1", "b", f"{at}3"), ("1", "c", f"{at}4"), ("3", "d", f"{at}5")],
        ("2", "e", f"{DAY} 23:59:59"),
        ("9", "unknown", f"{DAY} 23:00:00"),
        ("9", "unknown", "2024-06-26 00:00:00"),
    ]
    return tables_of(spark, listens, songs)


def test_track_reports(worked_by_hand: dict[str, Any]) -> None:
    reports = by(worked_by_hand["track_level_reports"], "track_id", "report_date")
    assert set(reports) == {
        *((track, DAY) for track in ("a", "b", "c", "d", "e", "unknown")),
        ("unknown", "2024-06-26"),
    }
    assert reports["a", DAY] == {
        "track_id": "a",
        "report_date": DAY,
        "total_listens": 3,
        "unique_users": 2,
        "total_listening_time": 3000,
        "avg_listening_time_per_user": Decimal("1.500000"),
        "track_name": "Ä, b",
        "artists": "X;Y",
        "track_genre": "pop",
        "song_known": True,
        "rank_in_genre": 1,
    }
    assert reports["c", DAY]["total_listening_time"] == 0
    # b, c and d have one listen each: the track_id decides, and the fourth has no rank.
    assert [reports[track, DAY].get("rank_in_genre") for track in "abcde"] == [1, 2, 3, None, 1]


def test_an_unknown_track_is_reported_without_time(worked_by_hand: dict[str, Any]) -> None:
    reports = by(worked_by_hand["track_level_reports"], "track_id", "report_date")
    assert reports["unknown", DAY] == {
        "track_id": "unknown",
        "report_date": DAY,
        "total_listens": 1,
        "unique_users": 1,
        "song_known": False,
    }


def test_streaming_kpis(worked_by_hand: dict[str, Any]) -> None:
    kpis = by(worked_by_hand["MusicStreamingKPIs"], "listen_date", "kpi_type")
    metrics = {key: tuple(str(row[name]) for name in METRICS) for key, row in kpis.items()}
    assert metrics == {
        (DAY, "DAY"): ("8", "4", "9333", "2.333250"),
        (DAY, "GENRE#pop"): ("6", "3", "9000", "3.000000"),
        (DAY, "GENRE#rock"): ("1", "1", "333", "0.333000"),
        (DAY, "HOUR#10"): ("6", "3", "9000", "3.000000"),
        (DAY, "HOUR#10#GENRE#pop"): ("6", "3", "9000", "3.000000"),
        (DAY, "HOUR#23"): ("2", "2", "333", "0.166500"),
        (DAY, "HOUR#23#GENRE#rock"): ("1", "1", "333", "0.333000"),
        ("2024-06-26", "DAY"): ("1", "1", "0", "0.000000"),
        ("2024-06-26", "HOUR#00"): ("1", "1", "0", "0.000000"),
    }


def test_top_songs_and_genres(worked_by_hand: dict[str, Any]) -> None:
    songs = by(worked_by_hand["TopSongsByGenre"], "listen_date", "track_genre")
    assert set(songs) == {(DAY, "pop"), (DAY, "rock")}
    assert [
        (song["rank"], song["track_id"], song["track_name"], song["artists"], song["listens"])
        for song in songs[DAY, "pop"]["top_3_songs"]
    ] == [(1, "a", "Ä, b", "X;Y", 3), (2, "b", "B", None, 1), (3, "c", "C", "Z", 1)]
    assert worked_by_hand["TopGenresByDay"] == [
        {
            "listen_date": DAY,
            "top_5_genres": [
                {"rank": 1, "track_genre": "pop", "listens": 6},
                {"rank": 2, "track_genre": "rock", "listens": 1},
            ],
        }
    ]


def test_genre_kpis_for_people(worked_by_hand: dict[str, Any]) -> None:
    assert by(worked_by_hand["GenreDailyKPIs"], "date", "track_genre")[DAY, "pop"] == {
        "date": DAY,
        "track_genre": "pop",
        "listen_count": 6,
        "unique_listeners": 3,
        "total_listening_time": 9000,
        "avg_listening_time_per_user": Decimal("3.000000"),
        "top_3_songs": "Ä, b, B, C",
        "top_5_genres": "pop, rock",
    }


def test_averages_are_rounded_half_to_even_and_exact(spark: SparkSession) -> None:
    from music_streams.transforms.rows import average_seconds

    cases = [
        (1, 16),
        (3, 16),
        (5, 16),
        (10, 3),
        (0, 7),
        (2605190547, 8956),
        (9_000_000_000_000_001, 999_999_937),
    ]
    rows = spark.createDataFrame(cases, "total bigint, users bigint").select(
        average_seconds("total", "users").alias("a")
    )
    expected = [
        (Decimal(total) / users / 1000).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        for total, users in cases
    ]
    assert expected[:3] == [Decimal("0.000062"), Decimal("0.000188"), Decimal("0.000312")]
    assert [row.a for row in rows.collect()] == expected
    assert [kpi_rows.average_seconds(total, users) for total, users in cases] == expected


def test_a_row_is_written_with_exact_decimals_and_without_what_is_null_or_in_the_path() -> None:
    song = {"rank": 1, "artists": None, "track_name": 'Ä "b"'}
    row = {
        "date": DAY,
        "average": Decimal("12345678901234567.000001"),
        "zero": Decimal("0E-6"),
        "songs": [song],
    }
    assert json_line(row, without="date") == (
        '{"average":12345678901234567.000001,"zero":0.000000,"songs":[{"rank":1,"track_name":"Ä \\"b\\""}]}\n'
    )


def test_a_random_week_equals_a_plain_recount(spark: SparkSession) -> None:
    """Many ties, few users, unknown tracks, genres that differ only in case or accent."""
    chance = random.Random(20240625)  # noqa: S311
    genres = ["pop", "Pop", "pöp", "z", "a", "é", "rock"]
    songs = [(f"t{n}", f"name {n % 5}", None, genres[n % 7], chance.randrange(9999)) for n in range(40)]
    listens = list(
        {
            (
                f"u{chance.randrange(12)}",
                f"t{chance.randrange(44)}",
                f"2024-02-{chance.randrange(27, 30)} {chance.randrange(24):02}:{chance.randrange(60):02}:00",
            )
            for _ in range(700)
        }
    )
    found = tables_of(spark, listens, songs)
    known = {song[0]: song for song in songs}
    tracks: dict[Any, list[Listen]] = defaultdict(list)
    kpis: dict[Any, list[Listen]] = defaultdict(list)
    for listen in listens:
        _, track, time = listen
        day, hour = time[:10], time[11:13]
        tracks[track, day].append(listen)
        types = ["DAY", f"HOUR#{hour}"]
        if track in known:
            types += [f"GENRE#{known[track][3]}", f"HOUR#{hour}#GENRE#{known[track][3]}"]
        for kpi_type in types:
            kpis[day, kpi_type].append(listen)

    def metrics(group: list[Listen]) -> tuple[Any, ...]:
        users, total = len({u for u, _, _ in group}), sum(known[t][4] for _, t, _ in group if t in known)
        average = (Decimal(total) / users / 1000).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        return len(group), users, total, average

    assert {
        key: tuple(row[name] for name in METRICS)
        for key, row in by(found["MusicStreamingKPIs"], "listen_date", "kpi_type").items()
    } == {key: metrics(group) for key, group in kpis.items()}

    listens_of: dict[Any, Counter[str]] = defaultdict(Counter)
    for (track, day), group in tracks.items():
        if track in known:
            listens_of[day, known[track][3]][track] += len(group)
    assert {
        key: [song["track_id"] for song in row["top_3_songs"]]
        for key, row in by(found["TopSongsByGenre"], "listen_date", "track_genre").items()
    } == {
        key: sorted(counts, key=lambda t: (-counts[t], t.encode()))[:3] for key, counts in listens_of.items()
    }
    days = {day for day, _ in listens_of}
    top_genres = {
        day: [
            g
            for _, g in sorted(
                ((-sum(c.values()), g) for (d, g), c in listens_of.items() if d == day), key=_bytes
            )
        ][:5]
        for day in days
    }
    assert {
        row["listen_date"]: [genre["track_genre"] for genre in row["top_5_genres"]]
        for row in found["TopGenresByDay"]
    } == top_genres
    assert len(found["track_level_reports"]) == len(tracks)


def _bytes(entry: tuple[int, str]) -> tuple[int, bytes]:
    return entry[0], entry[1].encode()
