"""Delivered songs and users in, checked rows and one row per track out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STAGED = (
    "source_key string, file_id string, row_number bigint, track_id string, track_name string,"
    " track_genre string, duration_ms string, id string, artists string, problem string, raw string"
)


def staged(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    """Rows of one file: track, genre, duration, id."""
    return spark.createDataFrame(
        [
            ("k", "f", n, t, f"name {n}", g, d, i, f"artist {n}", None, None)
            for n, (t, g, d, i) in enumerate(rows, 1)
        ],
        STAGED,
    )


def test_each_refused_song_has_its_reason(spark: SparkSession) -> None:
    from music_streams.transforms.songs import validate_songs

    rows = [
        ("t", "pop", "0", "1", None),
        ("t", "pop", " 244986 ", None, None),
        ("t", "pop", "\t244986\u00a0", None, None),
        ("", "pop", "1", "1", "missing_track_id"),
        ("\u200b", "pop", "1", "1", "missing_track_id"),
        ("t", "\u00a0", "1", "1", "missing_track_genre"),
        ("t", "pop", "\t", "1", "missing_duration_ms"),
        ("t", None, "1", "1", "missing_track_genre"),
        ("t", " ", "1", "1", "missing_track_genre"),
        ("t", "pop", None, "1", "missing_duration_ms"),
        ("t", "pop", "", "1", "missing_duration_ms"),
        ("t", "pop", "-1", "1", "bad_duration_ms"),
        ("t", "pop", "1.5", "1", "bad_duration_ms"),
        ("t", "pop", "1e3", "1", "bad_duration_ms"),
        ("t", "pop", "3:45", "1", "bad_duration_ms"),
        ("t", "pop", "99999999999", "1", "bad_duration_ms"),
    ]
    checked = validate_songs(staged(spark, *[row[:4] for row in rows])).orderBy("row_number").collect()
    assert [row.reason for row in checked] == [row[4] for row in rows]


def test_a_song_too_long_for_the_kpi_tables_is_refused(spark: SparkSession) -> None:
    from music_streams.transforms.songs import validate_songs

    rows = [
        ("é" * 512, "ü" * 450, "n" * 4096, "a" * 4096),
        ("é" * 513, "pop", "n", "a"),
        ("t", "ü" * 451, "n", "a"),
        ("t", "pop", "n" * 4097, "a"),
        ("t", "pop", "n", "a" * 4097),
        ("t", "pop", None, None),
    ]
    songs = spark.createDataFrame(
        [("k", "f", n, t, name, g, "1", None, a, None, None) for n, (t, g, name, a) in enumerate(rows)],
        STAGED,
    )
    assert [row.reason for row in validate_songs(songs).collect()] == [
        None,
        "too_long_track_id",
        "too_long_track_genre",
        "too_long_track_name",
        "too_long_artists",
        None,
    ]


def chosen(spark: SparkSession, *rows: tuple[Any, ...]) -> dict[str, tuple[Any, ...]]:
    from music_streams.transforms.songs import one_genre_per_song, validate_songs

    found = one_genre_per_song(validate_songs(staged(spark, *rows))).collect()
    assert len({row.track_id for row in found}) == len(found), "a join must never multiply listens"
    return {row.track_id: (row.track_genre, row.track_name, row.genre_conflict) for row in found}


def test_of_several_rows_the_lowest_id_wins(spark: SparkSession) -> None:
    assert chosen(
        spark,
        *[("numbers", "b", "1", "10"), ("numbers", "c", "1", "9"), ("numbers", "a", "1", "-1x")],
        *[("no id", "b", "1", None), ("no id", "a", "1", ""), ("no id", "B", "1", " ")],
        *[("id before none", "z", "1", "x"), ("id before none", "a", "1", None)],
        *[("texts", "b", "1", "b"), ("texts", "c", "1", "a")],
        *[("one genre twice", "a", "1", "2"), ("one genre twice", "a", "1", "1")],
        *[("bad row", "a", "-1", "1"), ("bad row", "b", "1", "2")],
        *[(" trimmed ", " pop ", "1", "1"), ("trimmed", "pop", "1", "2")],
    ) == {
        "numbers": ("c", "name 2", True),
        "no id": ("B", "name 6", True),
        "id before none": ("z", "name 7", True),
        "texts": ("c", "name 10", True),
        "one genre twice": ("a", "name 12", False),
        "bad row": ("b", "name 14", False),
        "trimmed": ("pop", "name 15", False),
    }


def test_without_an_id_column_bytes_decide(spark: SparkSession) -> None:
    assert chosen(spark, ("t", "ä", "1", None), ("t", "z", "1", None))["t"] == ("z", "name 2", True)


def test_a_user_without_id_is_refused(spark: SparkSession) -> None:
    from music_streams.transforms.songs import validate_users

    users = spark.createDataFrame(
        [
            ("k", "f", n, user, "name", problem, None)
            for n, (user, problem) in enumerate(
                [("7", None), (" ", None), (None, "field_count"), ("u" * 1025, None)]
            )
        ],
        "source_key string, file_id string, row_number bigint, user_id string, user_name string,"
        " problem string, raw string",
    )
    assert [row.reason for row in validate_users(users).collect()] == [
        None,
        "missing_user_id",
        "field_count",
        "too_long_user_id",
    ]
