"""Random catalogues and days give what the oracle counts, whatever the split, the order and the repeats.

Hypothesis makes the examples; each gets two days and a set of tracks of its own, so that one pass of Spark
and one of DuckDB compute all of them. A difference names its day, and the day its example.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from boto3.dynamodb.types import TypeDeserializer
from oracle import KEYS, LISTENS_SQL, Item, differences
from random_deliveries import LISTEN_COLUMNS, SONG_COLUMNS, Example, Row, days_of, made, told_apart

from music.audit.recount import recounted
from music_streams.contracts import SONGS, STREAMS, TRACK_LEVEL_REPORTS, InputFile, KpiTable
from music_streams.kpi_tables import snapshots
from music_streams.kpi_tables.kpi_rows import json_line, small_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

COUNT = int(os.environ.get("SOAK") or 1) * 520


def test_random_days_are_as_the_oracle_counts_them(spark: SparkSession) -> None:
    all_examples = made(COUNT, seed=1)
    assert len(all_examples) >= min(500, COUNT)
    songs, runs = told_apart(all_examples)

    wanted = counted_by_oracle(songs, [row for run in runs for row in run])
    found = computed(spark, songs, runs)
    lines = [line for table in KEYS for line in differences(table, wanted[table], found[table])]
    assert not lines, explained(lines, all_examples)
    # Worth something only if ranks were fought for: as many entries as there may be, and ties.
    songs_of = [item["top_3_songs"] for item in found["TopSongsByGenre"]]
    genres_of = [item["top_5_genres"] for item in found["TopGenresByDay"]]
    for tops, most in ((songs_of, 3), (genres_of, 5)):
        full = [top for top in tops if len(top) == most]
        tied = [top for top in full if top[-1]["listens"] == top[-2]["listens"]]
        assert len(tied) > COUNT / 60


def counted_by_oracle(songs: list[Row], listens: list[Row]) -> dict[str, list[Item]]:
    with duckdb.connect() as db:
        for table, columns, rows in (
            ("song_rows", SONG_COLUMNS, songs),
            ("stream_rows", LISTEN_COLUMNS, listens),
        ):
            by_column = zip(*rows, strict=True)
            db.register(table, pa.table(dict(zip(columns, map(pa.array, by_column), strict=True))))
        db.execute(LISTENS_SQL)
        return recounted(db, KEYS)


def computed(spark: SparkSession, songs: list[Row], runs: list[list[Row]]) -> dict[str, list[Item]]:
    """As the jobs do it over several runs: each keeps what curated does not hold yet."""
    from music_streams.contracts import CURATED_LISTENS
    from music_streams.transforms.kpis import listening_counts, track_level_reports
    from music_streams.transforms.listens import (
        accepted_listens,
        deliveries_of_days,
        listens_of_days,
        validate_listens,
    )
    from music_streams.transforms.rows import schema_of
    from music_streams.transforms.songs import one_genre_per_song, validate_songs

    known_songs = one_genre_per_song(validate_songs(staged(spark, SONGS, SONG_COLUMNS, songs)))
    curated = spark.createDataFrame([], schema_of(CURATED_LISTENS))
    for rows in runs:
        checked = validate_listens(staged(spark, STREAMS, LISTEN_COLUMNS, rows))
        days = listens_of_days(deliveries_of_days(accepted_listens(checked), curated))
        curated = curated.unionByName(days.where("is_new").drop("is_new", "is_repeated")).localCheckpoint()
    reports = [row.asDict() for row in track_level_reports(curated, known_songs).collect()]
    counts = [row.asDict() for row in listening_counts(curated, known_songs).collect()]
    by_key = sorted(reports, key=lambda row: (row["track_id"], row["report_date"]))
    tables = {TRACK_LEVEL_REPORTS: by_key, **small_tables(counts, reports)}
    return {table.name: loaded(table, rows) for table, rows in tables.items()}


def staged(spark: SparkSession, contract: InputFile, columns: tuple[str, ...], rows: list[Row]) -> DataFrame:
    """The rows as validate_input_files stages them."""
    from music_streams.transforms.rows import staged_schema

    lines = [
        json.dumps(
            {"source_key": "s", "file_id": "f", "row_number": number, **dict(zip(columns, row, strict=True))}
        )
        for number, row in enumerate(rows)
    ]
    return spark.read.schema(staged_schema(contract)).json(spark.sparkContext.parallelize(lines, 2))


def loaded(table: KpiTable, rows: list[dict[str, Any]]) -> list[Item]:
    """The items that the loader would put for these output rows."""
    read = TypeDeserializer().deserialize
    by_date: dict[str, list[bytes]] = {}
    for row in rows:
        line = json_line(row, without=table.date_column)
        by_date.setdefault(row[table.date_column], []).append(line.encode())
    items = []
    for day, lines in by_date.items():
        for _, canonical in snapshots.canonical_lines(table, day, [lines]):
            values = snapshots.attribute_values(table.columns, json.loads(canonical))
            items.append({name: read(value) for name, value in values.items()})
    return items


def explained(lines: list[str], all_examples: list[Example]) -> str:
    """The differences of the smallest example that has some, and that example."""
    concerned = [
        (number, example, of_it)
        for number, example in enumerate(all_examples)
        if (of_it := [line for line in lines if any(day in line for day in days_of(number))])
    ]
    number, example, of_it = min(concerned, key=lambda each: len(repr(each[1])))
    return f"{len(concerned)} examples differ; {days_of(number)}:\n" + "\n".join([*of_it[:8], repr(example)])
