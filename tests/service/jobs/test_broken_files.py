"""A delivery of hundreds of broken files, good ones among them, goes through all jobs at once.

What must be in the tables is worked out by DuckDB from the accepted files themselves.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import re
from collections import Counter
from pathlib import Path

from broken_files import mixed_files
from oracle import differences, oracle_items
from service.jobs.pipeline import SONGS, STREAMS, Item, Pipeline

from music_streams import layout
from music_streams.threads import in_threads

BROKEN = 1000 if os.environ.get("SOAK") else 300  # `make soak` delivers more, as of everything
LONGEST_FIELD = 2**24
STATUSES = ("validation_status", "kpi_ingestion_status", "archival_status")
ALL_SONGS = """track_id,track_name,artists,track_genre,duration_ms
"a ""b"", c",a song,someone,pop,1000
東京,another,someone,rock,2000
"""


def test_many_broken_files_stop_no_step_and_every_file_and_row_is_accounted_for(
    pipeline: Pipeline, tmp_path: Path
) -> None:
    bodies, good = mixed_files(random.Random(2), BROKEN, good_every=20)  # noqa: S311
    assert len(bodies) == BROKEN + len(good)
    pipeline.deliver(f"{SONGS}songs.csv", ALL_SONGS)
    in_threads(lambda key: pipeline.deliver(key, bodies[key]), bodies)

    pipeline.run("b1")  # raises what a job raises

    assert pipeline.keys(STREAMS) == []
    ledger = pipeline.ledger()
    assert ledger.keys() == bodies.keys() | {f"{SONGS}songs.csv"}
    refused = {key for key in bodies if ledger[key]["validation_status"] == "FAILED"}
    accepted = {key: ledger[key] for key in sorted(bodies.keys() - refused)}
    assert good <= accepted.keys()
    assert len(refused) > BROKEN / 2
    assert len(accepted) > 2 * len(good), "some files must be broken in single rows only"

    assert_refused(pipeline, {key: bodies[key] for key in refused}, ledger)
    for key, row in accepted.items():
        assert [row[name] for name in STATUSES] == ["SUCCESS"] * 3, key
        assert row["rows"] == len(records(key, bodies[key])) - 1, key
        assert row["rows"] == row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"], key
    assert len(pipeline.keys("archive/")) == len(accepted)
    rejected = Counter(source for _, source, _, reason in pipeline.rejected() if reason)
    assert rejected == {key: row["rejected_rows"] for key, row in accepted.items() if row["rejected_rows"]}
    assert rejected.total() > BROKEN / 10

    (tmp_path / "songs.csv").write_text(ALL_SONGS, encoding="utf-8")
    streams = [for_oracle(tmp_path / f"{n}", key, bodies[key]) for n, key in enumerate(accepted)]
    wanted = oracle_items(streams=streams, songs=[tmp_path / "songs.csv"])
    for table, items in pipeline.kpis().items():
        assert differences(table, wanted[table], items) == []
    days = [item for item in wanted["MusicStreamingKPIs"] if item["kpi_type"] == "DAY"]
    assert sum(item["listen_count"] for item in days) == sum(row["new_listens"] for row in accepted.values())
    assert pipeline.disagreements() == {}


def assert_refused(pipeline: Pipeline, bodies: dict[str, bytes], ledger: dict[str, Item]) -> None:
    """Each lies in error/ as it was delivered, its reason beside it and in the ledger, and nothing else."""
    places = {key: layout.error_keys(key, ledger[key]["etag"])[0] for key in bodies}
    wanted = sorted([*places.values(), *map(layout.reason_key, places.values())])
    assert sorted(pipeline.keys("error/")) == wanted
    for key, body in bodies.items():
        found = pipeline.s3.get_object(Bucket=pipeline.bucket, Key=places[key])["Body"].read()
        assert found == body, key
        assert ledger[key]["error"], key


def records(key: str, body: bytes) -> list[list[str]]:
    """Header and rows of an accepted file, by Python's own reader; blank lines are none."""
    text = (gzip.decompress(body) if key.lower().endswith(".gz") else body).decode("utf-8-sig")
    csv.field_size_limit(LONGEST_FIELD)
    return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]


def for_oracle(path: Path, key: str, body: bytes) -> Path:
    """A file that DuckDB reads: as delivered; without the lone carriage returns where it has such."""
    is_packed = key.lower().endswith(".gz")
    if not re.search(rb"\r(?!\n)", gzip.decompress(body) if is_packed else body):
        path = path.with_suffix(".csv.gz" if is_packed else ".csv")
        path.write_bytes(body)
        return path
    header, *rows = records(key, body)
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *(r for r in rows if len(r) == len(header))])
    return path.with_suffix(".csv")
