"""staging → curated, output, rejected: cleans and keeps the run's listens, and computes their days anew.

    spark-submit --py-files music_streams.zip glue/jobs/calculate_metrics_etl.py
        --bucket B --batch_id ID --ledger_table FileValidationMetadata [--most_files_per_date 16]

Reads    manifests/<batch_id>.json          the notes of dates to compute anew, besides those of its listens
         batches/<batch_id>/validated.json, staging/<batch_id>/, curated/listens/ of the dates concerned
Writes   rejected/<kind>/file_id=…          refused rows and why
         pending/<batch_id>.json            the dates concerned, until insert_metrics_dynamo has loaded them
         curated/listens/listen_date=…      added: listens it did not hold; a date of many small files is
                                            written anew as few (`compaction`)
         output/<table>/<date column>=…     replaced: the KPIs of the dates concerned, from all their listens
         FileValidationMetadata             counts per file
         batches/<batch_id>/calculated.json last: dates and files, for the next two jobs
Glue     Spark 3.5 (glueetl). Safe to repeat.
"""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Optional

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from music_streams import compaction, layout, manifest, storage
from music_streams.compaction import CuratedFiles
from music_streams.contracts import INPUTS, KPI_TABLES_BY_NAME, SONGS, STREAMS, USERS
from music_streams.file_counts import BatchCounts, collected
from music_streams.job import JobError, JobSettings, clients, paper_of, say, settings
from music_streams.ledger import Ledger
from music_streams.manifest import DeliveredFile
from music_streams.spark_io import Lake
from music_streams.threads import in_threads
from music_streams.transforms.counts import row_counts
from music_streams.transforms.kpis import kpi_tables, plays_of
from music_streams.transforms.listens import accepted_listens, judge_listens, listens_of_days
from music_streams.transforms.songs import judge_songs, judge_users, one_genre_per_song

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def main() -> None:
    """Compute the run's KPIs and leave calculated.json."""
    options = settings(sys.argv, most_files_per_date=str(compaction.MOST_FILES))
    s3, dynamodb = clients()
    files = staged_files(s3, options)
    if files is None or is_nothing_to_do(s3, options, files):
        nothing_to_calculate(s3, options)
        return
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    spark = SparkSession.builder.appName("calculate_metrics_etl").getOrCreate()
    try:
        calculate(Lake(spark, s3, options.bucket), s3, ledger, options, files)
    finally:
        spark.stop()


def staged_files(s3: "S3Client", options: JobSettings) -> "Optional[list[dict[str, Any]]]":
    """The good files of validated.json, all of them in staging; None once archiving has cleared staging."""
    paper = paper_of(s3, options, layout.validated_key(options.batch_id), "validate_input_files")
    prefix = layout.staging_prefix(options.batch_id)
    staged = {entry["Key"] for entry in storage.list_objects(s3, options.bucket, prefix)}
    lost = [
        facts["key"]
        for facts in paper["files"]
        if layout.staged_key(options.batch_id, facts["kind"], facts["file_id"]) not in staged
    ]
    if not lost:
        return list(paper["files"])
    if storage.head(s3, options.bucket, layout.calculated_key(options.batch_id)) is not None:
        return None
    raise JobError(
        f"expected a staged copy of {lost[0]}, found none: run validate_input_files for this batch"
    )


def is_nothing_to_do(s3: "S3Client", options: JobSettings, files: "list[dict[str, Any]]") -> bool:
    """Whether the run has no listens and leaves nothing else to do, or has done it all before.

    A run of bad stream files only still counts its songs and users, and completes the dates that an earlier
    run noted. A run whose stream files are archived must not compute those dates: it may lack the songs.
    """
    if any(file["kind"] == "streams" for file in files):
        return False
    calculated = storage.read_json(s3, options.bucket, layout.calculated_key(options.batch_id))
    if calculated is not None and calculated["files"]:
        return True
    return not files and not manifest.read(s3, options.bucket, options.batch_id).pending


def nothing_to_calculate(s3: "S3Client", options: JobSettings) -> None:
    """The run has only bad files, or it was archived before."""
    key = layout.calculated_key(options.batch_id)
    say("nothing to calculate: no staged file, or all was done before")
    if storage.head(s3, options.bucket, key) is None:
        paper: dict[str, Any] = {"batch_id": options.batch_id, "dates": [], "files": [], "pending": []}
        storage.write_json(s3, options.bucket, key, paper)


def calculate(
    lake: Lake, s3: "S3Client", ledger: Ledger, options: JobSettings, files: "list[dict[str, Any]]"
) -> None:
    """Clean, keep, compute, note; in an order that a repetition completes."""
    lake.clear_leftovers()
    lake.fit_to(options.batch_id, CuratedFiles({}))
    listens = judge_listens(lake.staged(options.batch_id, STREAMS))
    song_rows = judge_songs(lake.staged(options.batch_id, SONGS))
    users = judge_users(lake.staged(options.batch_id, USERS))
    songs = one_genre_per_song(song_rows).persist()

    counts = collected(row_counts(listens, song_rows, users, songs).collect())
    check_rows(files, counts)
    say("rows read", **{kind: sum_of(files, counts, kind) for kind in INPUTS})
    say("rows rejected", **{kind: counts.rejected_by_kind[kind] for kind in INPUTS})
    for kind, judged in (("streams", listens), ("songs", song_rows), ("users", users)):
        if counts.rejected_by_kind[kind]:
            lake.write_rejected(judged, kind, counts.with_rejected_rows[kind])

    dates, pending = dates_concerned(s3, options, counts)
    if dates:
        curated = lake.curated_files(dates)
        lake.fit_to(options.batch_id, curated)
        days = lake.computed_once(listens_of_days(accepted_listens(listens), lake.curated_listens(curated)))
        keep(lake, days, counts, curated, int(options.extra["most_files_per_date"]))
        tables = kpi_tables(plays_of(days, songs))
        lake.replace_output({KPI_TABLES_BY_NAME[name]: rows for name, rows in tables.items()}, dates)
        say("KPIs computed", tables=len(tables), dates=len(dates))

    noted = in_threads(lambda facts: note(ledger, facts, counts), files)
    paper = {
        "batch_id": options.batch_id,
        "dates": dates,
        "files": [facts for facts in noted if facts["kind"] == "streams"],
        "reference_files": [facts for facts in noted if facts["kind"] != "streams"],
        "genre_conflicts": counts.genre_conflicts,
        "pending": pending,
    }
    storage.write_json(s3, options.bucket, layout.calculated_key(options.batch_id), paper)
    say("calculated", dates=",".join(dates) or "none", songs_with_several_genres=counts.genre_conflicts)


def check_rows(files: "list[dict[str, Any]]", counts: BatchCounts) -> None:
    """Every staged row must have been read: a half-read file would give KPIs that look right."""
    for facts in files:
        found = counts.files[facts["file_id"]].rows
        if found != facts["rows"]:
            raise JobError(
                f"expected {facts['rows']} staged rows of {facts['key']}, found {found}:"
                " run validate_input_files for this batch again"
            )


def sum_of(files: "list[dict[str, Any]]", counts: BatchCounts, kind: str) -> int:
    """Rows of all files of one kind."""
    return sum(counts.files[facts["file_id"]].rows for facts in files if facts["kind"] == kind)


def dates_concerned(
    s3: "S3Client", options: JobSettings, counts: BatchCounts
) -> "tuple[list[str], list[str]]":
    """The dates of the run's good listens, and those of the notes in its manifest.

    Such a note is of an earlier run that began to change its dates and never loaded them, or of somebody who
    asked for the dates to be computed anew. The run's own dates are noted before anything is changed, so that
    a run killed later, whose files are then replaced, still gets its dates completed by the next one. Returns
    the dates and the keys of the notes.
    """
    dates = set(counts.dates)
    notes = list(manifest.read(s3, options.bucket, options.batch_id).pending)
    for key in notes:
        dates.update(storage.read_json(s3, options.bucket, key) or [])
    if counts.dates:
        own = layout.pending_key(options.batch_id)
        storage.write_json(s3, options.bucket, own, sorted(dates))
        notes = sorted({*notes, own})
    return sorted(dates), notes


def keep(lake: Lake, days: DataFrame, counts: BatchCounts, curated: CuratedFiles, most_files: int) -> None:
    """Add what curated did not hold; write dates of too many files anew; count per file what it holds."""
    groups = days.groupBy("listen_date", "file_id").agg(
        F.count("*").alias("listens"),
        F.count_if("is_new").alias("new"),
        F.count_if("is_repeated").alias("repeated"),
    )
    found: Counter[str] = Counter()
    anew = curated.scattered(most_files)
    for row in groups.collect():
        found["listens"] += row["listens"]
        found["new"] += row["new"]
        if row["repeated"]:
            anew.add(row["listen_date"])
        if row["file_id"] in counts.files:
            counts.files[row["file_id"]].new_listens += row["listens"]
    if found["new"] or anew:
        lake.append_curated(days.where(F.col("is_new") | F.col("listen_date").isin(sorted(anew))))
    say("listens kept", of_these_dates=found["listens"], new=found["new"])
    if anew:
        replaced = curated.keys(anew)
        lake.delete_curated(replaced)
        say("dates written anew", dates=",".join(sorted(anew)), files_before=len(replaced))


def note(ledger: Ledger, facts: "dict[str, Any]", counts: BatchCounts) -> "dict[str, Any]":
    """One file's counts, to the ledger and to calculated.json."""
    file_facts = counts.files[facts["file_id"]].facts(facts["kind"])
    ledger.counted(DeliveredFile.from_dict(facts), file_facts)
    return {**facts, **file_facts}


if __name__ == "__main__":
    main()
