"""Delivered listens in, checked, accepted and distinct listens out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

STAGED = (
    "source_key string, file_id string, delivered_at string, row_number bigint, user_id string,"
    " track_id string, listen_time string, problem string, raw string"
)

DELIVERED = "2024-12-31T00:00:00Z"


def staged(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    """Rows of one file: user, track, time, problem."""
    return spark.createDataFrame(
        [
            ("k", "f", DELIVERED, n, *row[:3], row[3] if len(row) > 3 else None, None)
            for n, row in enumerate(rows, 1)
        ],
        STAGED,
    )


@pytest.fixture(scope="module")
def accepted(spark: SparkSession) -> Any:
    from music_streams.transforms.listens import accepted_listens, validate_listens

    def accept(*rows: tuple[Any, ...]) -> dict[int, tuple[Any, ...]]:
        found = accepted_listens(validate_listens(staged(spark, *rows))).collect()
        return {r.row_number: (r.user_id, r.track_id, r.listen_time, r.listen_date) for r in found}

    return accept


def test_every_lawful_way_to_write_a_time_is_the_time_as_written(accepted: Any) -> None:
    ways = [
        "2024-06-25 17:43:13",
        " 2024-06-25 17:43:13 ",
        "2024-06-25T17:43:13",
        "2024-06-25T17:43:13Z",
        "2024-06-25t17:43:13z",
        "2024-06-25 17:43:13+00:00",
        "2024-06-25T17:43:13.000Z",
    ]
    listen = ("7", "t", datetime(2024, 6, 25, 17, 43, 13), "2024-06-25")  # noqa: DTZ001
    assert accepted(*[("7", "t", way) for way in ways]) == dict.fromkeys(range(1, len(ways) + 1), listen)


def test_dates_and_hours_are_never_shifted(accepted: Any) -> None:
    edges = ["2024-03-31 02:30:00", "2024-02-29 00:00:00", "2024-12-31T23:59:59.999999Z"]
    found = accepted(*[("7", "t", edge) for edge in edges])
    assert [(listen[2].isoformat(" "), listen[3]) for listen in found.values()] == [
        ("2024-03-31 02:30:00", "2024-03-31"),
        ("2024-02-29 00:00:00", "2024-02-29"),
        ("2024-12-31 23:59:59.999999", "2024-12-31"),
    ]


def test_ids_are_trimmed_and_else_kept_as_text(accepted: Any) -> None:
    assert [
        row[:2] for row in accepted((" 007 ", "\té".strip("\t") + " ", "2024-06-25 00:00:00")).values()
    ] == [("007", "é")]


def test_each_refused_row_has_its_reason(spark: SparkSession) -> None:
    from music_streams.transforms.listens import validate_listens

    good = "2024-06-25 10:00:00"
    rows = [
        ("7", "t", good, None, None),
        ("7", None, None, "field_count", "field_count"),
        ("", "t", good, None, "missing_user_id"),
        ("7", "  ", good, None, "missing_track_id"),
        ("7", None, good, None, "missing_track_id"),
        ("7", "t", "", None, "missing_listen_time"),
        ("7", "t", "yesterday", None, "bad_listen_time"),
        ("7", "t", "2024-06-25", None, "bad_listen_time"),
        ("7", "t", "2024-02-30 10:00:00", None, "bad_listen_time"),
        ("7", "t", "2024-06-25 24:00:00", None, "bad_listen_time"),
        ("7", "t", "2024-06-25 10:61:00", None, "bad_listen_time"),
        ("7", "t", "25/06/2024 10:00:00", None, "bad_listen_time"),
        ("7", "t", "2024-06-25 10:00:00+02:00", None, "bad_listen_time"),
        ("7", "t", "1719309600", None, "bad_listen_time"),
        ("7", "t", "0001-01-01 00:00:00", None, "bad_listen_time"),
        ("7", "t", "1899-12-31 23:59:59", None, "bad_listen_time"),
        ("7", "t", "1900-01-01 00:00:00", None, None),
        ("7", "t", "2025-01-01 00:00:00", None, None),
        ("7", "t", "2025-01-01 00:00:01", None, "listen_time_after_delivery"),
        ("7", "t", "9999-12-31 23:59:59", None, "listen_time_after_delivery"),
        ("\t", "t", good, None, "missing_user_id"),
        ("7", "\u00a0", good, None, "missing_track_id"),
        ("7", "t", "\u200b\ufeff", None, "missing_listen_time"),
        ("u" * 1025, "t", good, None, "too_long_user_id"),
        ("7", "é" * 513, good, None, "too_long_track_id"),
        ("u" * 1024, " " + "é" * 512 + " ", good, None, None),
    ]
    checked = validate_listens(staged(spark, *[row[:4] for row in rows])).orderBy("row_number")
    assert [row.reason for row in checked.select("reason").collect()] == [row[4] for row in rows]


def test_refused_rows_are_given_as_they_were_delivered(spark: SparkSession) -> None:
    from music_streams.contracts import STREAMS
    from music_streams.transforms.listens import validate_listens
    from music_streams.transforms.rows import rejected_rows

    checked = validate_listens(staged(spark, ("7", "t", "2024-06-25 10:00:00"), (" 8 ", "t", "soon")))
    assert [row.asDict() for row in rejected_rows(checked, STREAMS).collect()] == [
        {
            "source_key": "k",
            "file_id": "f",
            "row_number": 2,
            "reason": "bad_listen_time",
            "user_id": " 8 ",
            "track_id": "t",
            "listen_time": "soon",
            "raw": None,
        }
    ]


ACCEPTED = (
    "source_key string, file_id string, row_number bigint, user_id string, track_id string,"
    " listen_time timestamp, listen_date string"
)
CURATED = (
    "user_id string, track_id string, listen_time timestamp, source_key string, file_id string,"
    " listen_date string"
)


def test_a_listen_counts_once_whoever_delivers_it_and_curated_was_there_first(spark: SparkSession) -> None:
    from music_streams.transforms.listens import deliveries_of_days, listens_of_days

    def at(second: int) -> datetime:
        return datetime(2024, 6, 25, 10, 0, second)  # noqa: DTZ001

    day = "2024-06-25"
    accepted = spark.createDataFrame(
        [
            ("b.csv", "fb", 1, "7", "t", at(0), day),  # also in a.csv
            ("a.csv", "fa", 9, "7", "t", at(0), day),
            ("a.csv", "fa", 8, "7", "t", at(0), day),  # twice in one file
            ("a.csv", "fa", 2, "7", "t", at(1), day),  # one second later: another listen
            ("a.csv", "fa", 3, "8", "t", at(0), day),  # another user
            ("a.csv", "fa", 4, "7", "u", at(0), day),  # another track
            ("a.csv", "fa", 5, "9", "t", at(9), day),  # curated holds it
        ],
        ACCEPTED,
    )
    curated = spark.createDataFrame(
        [
            ("9", "t", at(9), "z.csv", "fz", day),
            ("5", "t", at(5), "z.csv", "fz", day),
            ("5", "t", at(5), "y.csv", "fy", day),  # twice in curated, as a crash may leave it
        ],
        CURATED,
    )
    found = listens_of_days(deliveries_of_days(accepted, curated)).collect()
    names = ("user_id", "track_id", "listen_time", "file_id", "is_new", "is_repeated")
    assert {tuple(row[name] for name in names) for row in found} == {
        ("7", "t", at(0), "fa", True, False),
        ("7", "t", at(1), "fa", True, False),
        ("8", "t", at(0), "fa", True, False),
        ("7", "u", at(0), "fa", True, False),
        ("9", "t", at(9), "fz", False, False),
        ("5", "t", at(5), "fy", False, True),
    }
    assert len(found) == 6


def test_how_far_a_listen_may_be_ahead_of_its_delivery_is_a_setting(spark: SparkSession) -> None:
    from music_streams.transforms.listens import validate_listens

    rows = staged(spark, ("7", "t", "2025-01-03 00:00:00"))
    reasons = [validate_listens(rows, days_ahead).first().reason for days_ahead in (2, 3)]  # type: ignore[union-attr]
    assert reasons == ["listen_time_after_delivery", None]


def test_blanks_of_every_kind_are_no_part_of_a_value(accepted: Any) -> None:
    from music_streams.contracts import BLANKS

    good = "2024-06-25 17:43:13"
    rows = [(f"{blank}5{blank}", f"{blank}t{blank}", f"{blank}{good}{blank}") for blank in BLANKS]
    listen = ("5", "t", datetime(2024, 6, 25, 17, 43, 13), "2024-06-25")  # noqa: DTZ001
    assert accepted(*rows) == dict.fromkeys(range(1, len(rows) + 1), listen)
    assert {blank for blank in map(chr, range(0x110000)) if blank.isspace()} < set(BLANKS)
