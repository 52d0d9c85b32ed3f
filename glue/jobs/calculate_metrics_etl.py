"""staging → curated, output, rejected: keeps the run's good listens and computes the KPIs of their days.

    spark-submit --py-files music_streams.zip glue/jobs/calculate_metrics_etl.py
        --bucket B --batch_id ID --ledger_table FileValidationMetadata [--most_files_per_date 16]
        [--days_ahead 1]

Reads    manifests/<batch_id>.json          pending dates, to compute besides those of the run's listens
         batches/<batch_id>/validated.json, staging/<batch_id>/, curated/listens/ of the dates concerned
Writes   rejected/<kind>/file_id=…          rejected rows and why
         pending/<batch_id>.json            the dates concerned, until insert_metrics_dynamo has loaded them
         curated/listens/listen_date=…      added: listens it did not hold; a date of many small files is
                                            compacted into few (`compaction`)
         output/<table>/<date column>=…     replaced: the KPIs of the dates concerned, from all their listens
         FileValidationMetadata             counts per file
         batches/<batch_id>/calculated.json last: dates and files, for the next two jobs
Glue     Spark 3.5 (glueetl). Safe to repeat.
"""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable, Optional

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from music_streams import compaction, layout, step_results, storage
from music_streams.batch import Batch
from music_streams.compaction import CuratedFiles
from music_streams.contracts import (
    INPUTS,
    KPI_TABLES,
    SONGS,
    STREAMS,
    TRACK_LEVEL_REPORTS,
    USERS,
    InputFile,
)
from music_streams.deliveries import manifest
from music_streams.deliveries.file_counts import BatchCounts, FileCounts, summed_up
from music_streams.job import JobError, open_batch, say, settings
from music_streams.kpi_tables.kpi_rows import small_tables
from music_streams.metrics import JobMetrics
from music_streams.spark_io import DataBucket
from music_streams.step_results import Calculated, CountedFile, StagedFile, Validated
from music_streams.threads import in_threads
from music_streams.transforms.counts import row_counts
from music_streams.transforms.kpis import listening_counts, track_level_reports
from music_streams.transforms.listens import (
    DAYS_AHEAD,
    accepted_listens,
    deliveries_of_days,
    listens_of_days,
    validate_listens,
)
from music_streams.transforms.songs import one_genre_per_song, validate_songs, validate_users

DATES_AT_ONCE = 31
"""Dates whose small tables the driver holds at once."""
CheckedRows = dict[str, DataFrame]
"""Kind of file → its rows, each with the reason why it is refused, or null."""


def main() -> None:
    """Compute the run's KPIs and leave calculated.json."""
    options = settings(sys.argv, most_files_per_date=str(compaction.MOST_FILES), days_ahead=str(DAYS_AHEAD))
    metrics = JobMetrics("calculate_metrics_etl", options.metric_namespace)
    batch, _ = open_batch(options)
    files = staged_files(batch)
    if files is None or is_nothing_to_do(batch, files):
        nothing_to_calculate(batch)
        metrics.publish()
        return

    # Spark ends with the script: to stop it here waits up to half a second for a thread of pyspark's.
    spark = SparkSession.builder.appName("calculate_metrics_etl").getOrCreate()
    data = DataBucket(spark, batch.s3, batch.bucket)
    most_files, days_ahead = (int(options.extra[name]) for name in ("most_files_per_date", "days_ahead"))
    calculated = calculate(batch, data, files, most_files, days_ahead)
    publish(metrics, calculated)


def publish(metrics: JobMetrics, calculated: Calculated) -> None:
    """Tell CloudWatch of the rows and the days; the rows of a songs or users file count once."""
    files = (*calculated.files, *calculated.reference_files)
    counts = [file.counts for file in files if not file.staged.is_read_again]
    rejected: Counter[str] = Counter()
    for of_file in counts:
        rejected.update(of_file.rejected_reasons)

    metrics.add("RowsAccepted", sum(of_file.rows - of_file.rejected_rows for of_file in counts))
    for reason, rows in sorted(rejected.items()):
        metrics.add("RowsRejected", rows, Reason=reason)
    metrics.add("DaysTouched", len(calculated.dates))
    metrics.publish()


def staged_files(batch: Batch) -> "Optional[tuple[StagedFile, ...]]":
    """Return the good files of validated.json; None once archiving has cleared staging.

    Raises:
        StepResultMissingError: validate_input_files has not come to its end.
        JobError: a staged copy is not there.
    """
    validated = step_results.require(batch.s3, batch.bucket, batch.batch_id, Validated)
    prefix = layout.staging_prefix(batch.batch_id)
    staged = {entry["Key"] for entry in storage.list_objects(batch.s3, batch.bucket, prefix)}
    lost = [file.delivered.key for file in validated.files if file.staged_key not in staged]

    if not lost:
        return validated.files
    if step_results.read(batch.s3, batch.bucket, batch.batch_id, Calculated) is not None:
        return None
    raise JobError(
        f"expected a staged copy of {lost[0]}, found none: run validate_input_files for this batch"
    )


def is_nothing_to_do(batch: Batch, files: "tuple[StagedFile, ...]") -> bool:
    """Return whether the run has no listens and leaves nothing else to do, or has done it all before.

    A run of bad stream files only still counts its songs and users, and completes its pending dates. A run
    whose stream files are archived must not compute those dates: it may lack the songs.
    """
    if any(file.delivered.kind == STREAMS.kind for file in files):
        return False

    calculated = step_results.read(batch.s3, batch.bucket, batch.batch_id, Calculated)
    if calculated is not None and calculated.files:
        return True
    return not files and not manifest.read(batch.s3, batch.bucket, batch.batch_id).pending


def nothing_to_calculate(batch: Batch) -> None:
    """Leave an empty result, unless there is one: the run has only bad files, or it was archived before."""
    say("nothing to calculate: no staged file, or all was done before")
    if step_results.read(batch.s3, batch.bucket, batch.batch_id, Calculated) is None:
        step_results.write(batch.s3, batch.bucket, Calculated(batch.batch_id))


def calculate(
    batch: Batch, data: DataBucket, files: "tuple[StagedFile, ...]", most_files: int, days_ahead: int
) -> Calculated:
    """Clean, keep, compute, record; in an order that a repetition completes. Return what was left."""
    data.clear_leftovers()
    data.fit_to(batch.batch_id, CuratedFiles({}))
    checked = checked_rows(batch, data, days_ahead)
    songs = one_genre_per_song(checked[SONGS.kind]).persist()

    counts = count_rows(checked, songs, files)
    dates, pending = dates_concerned(batch, counts)
    writes: list[Callable[[], None]] = [lambda: keep_rejected(data, checked, counts)]

    if dates:
        curated = data.curated_files(dates)
        data.fit_to(batch.batch_id, curated)
        deliveries = deliveries_of_days(
            accepted_listens(checked[STREAMS.kind]), data.curated_listens(curated)
        )
        listens = data.computed_once(listens_of_days(data.by_day_and_user(deliveries)))
        with ThreadPoolExecutor(1) as beside:
            planned = beside.submit(kpi_rows, listens, songs)
            by_file = listens_by_file(listens)  # before what else uses them, so that they are computed once

        writes = [
            lambda: write_kpis(data, *planned.result(), dates),  # first, for it takes longest
            lambda: keep_listens(data, listens, by_file, counts, curated, most_files),
            *writes,
        ]

    in_threads(lambda write: write(), writes)
    counted = [CountedFile(file, counts_of(file, counts)) for file in files]
    batch.ledger.counted({each.staged.delivered: each.counts for each in counted})
    return leave_result(batch, counted, counts, dates, pending)


def checked_rows(batch: Batch, data: DataBucket, days_ahead: int) -> CheckedRows:
    """Return the staged rows of each kind of file, with their reasons.

    They are used three times: to count them, to keep the refused ones, and for the KPIs.
    """
    validators: dict[InputFile, Callable[[DataFrame], DataFrame]] = {
        STREAMS: partial(validate_listens, days_ahead=days_ahead),
        SONGS: validate_songs,
        USERS: validate_users,
    }

    def rows_of(contract: InputFile) -> DataFrame:
        return data.held(validators[contract](data.staged(batch.batch_id, contract)))

    return dict(zip((each.kind for each in validators), in_threads(rows_of, validators)))


def count_rows(checked: CheckedRows, songs: DataFrame, files: "tuple[StagedFile, ...]") -> BatchCounts:
    """Return how many rows each file has, how many are refused and why.

    Raises:
        JobError: a file's rows are not all there.
    """
    rows = row_counts(checked[STREAMS.kind], checked[SONGS.kind], checked[USERS.kind], songs)
    counts = summed_up(rows.collect())
    check_rows(files, counts)

    say("rows read", **{kind: rows_of_kind(files, counts, kind) for kind in INPUTS})
    say("rows rejected", **{kind: counts.rejected_by_kind[kind] for kind in INPUTS})
    return counts


def check_rows(files: "tuple[StagedFile, ...]", counts: BatchCounts) -> None:
    """Check that every staged row was read: a half-read file would give KPIs that look right.

    Raises:
        JobError: names the first file of which rows are missing.
    """
    for file in files:
        found = counts.files[file.delivered.file_id].rows
        if found != file.rows:
            raise JobError(
                f"expected {file.rows} staged rows of {file.delivered.key}, found {found}:"
                " run validate_input_files for this batch again"
            )


def rows_of_kind(files: "tuple[StagedFile, ...]", counts: BatchCounts, kind: str) -> int:
    """Return the rows of all files of one kind."""
    return sum(counts.files[file.delivered.file_id].rows for file in files if file.delivered.kind == kind)


def keep_rejected(data: DataBucket, checked: CheckedRows, counts: BatchCounts) -> None:
    """Write the rejected rows of every kind that has some."""
    kinds = [kind for kind in checked if counts.rejected_by_kind[kind]]
    in_threads(lambda kind: data.write_rejected(checked[kind], kind, counts.with_rejected_rows[kind]), kinds)


def dates_concerned(batch: Batch, counts: BatchCounts) -> "tuple[list[str], list[str]]":
    """Return the dates of the run's good listens and its pending dates, and the keys below `pending/`.

    A date is pending when an earlier run began to change it and never loaded it, or somebody asked to
    recompute it. The run's own dates become pending before anything is changed, so that a run killed later,
    whose files are then replaced, still gets its dates completed by the next one.
    """
    dates = set(counts.dates)
    pending = list(manifest.read(batch.s3, batch.bucket, batch.batch_id).pending)
    for key in pending:
        dates.update(storage.read_json(batch.s3, batch.bucket, key) or [])

    if counts.dates:
        own = layout.pending_key(batch.batch_id)
        storage.write_json(batch.s3, batch.bucket, own, sorted(dates))
        pending = sorted({*pending, own})
    return sorted(dates), pending


def keep_listens(
    data: DataBucket,
    listens: DataFrame,
    by_file: "list[dict[str, Any]]",
    counts: BatchCounts,
    curated: CuratedFiles,
    most_files: int,
) -> None:
    """Add what curated did not hold, and compact dates of too many files or of repeated listens."""
    for row in by_file:
        if row["file_id"] in counts.files:
            counts.files[row["file_id"]].new_listens += row["listens"]

    new = sum(row["new"] for row in by_file)
    repeated = {row["listen_date"] for row in by_file if row["repeated"]}
    to_compact = curated.fragmented(most_files) | repeated
    if new or to_compact:
        data.append_curated(listens.where(F.col("is_new") | F.col("listen_date").isin(sorted(to_compact))))
    say("listens kept", of_these_dates=sum(row["listens"] for row in by_file), new=new)

    # Only now that the new files of these dates are complete.
    if to_compact:
        replaced = curated.keys(to_compact)
        data.delete_curated(replaced)
        say("dates compacted", dates=",".join(sorted(to_compact)), files_before=len(replaced))


def listens_by_file(listens: DataFrame) -> "list[dict[str, Any]]":
    """Return how many listens of each date came with each file, how many are new, and how many repeated."""
    groups = listens.groupBy("listen_date", "file_id").agg(
        F.count("*").alias("listens"),
        F.count_if("is_new").alias("new"),
        F.count_if("is_repeated").alias("repeated"),
    )
    return collected(groups)


def kpi_rows(listens: DataFrame, songs: DataFrame) -> "tuple[DataFrame, DataFrame]":
    """Return what the KPI tables are made of, as plans: the track reports, and counts of listens."""
    return track_level_reports(listens, songs), listening_counts(listens, songs)


def write_kpis(data: DataBucket, reports: DataFrame, counts: DataFrame, dates: "list[str]") -> None:
    """Replace the output of these dates."""
    if data.is_small:
        write_small(data, reports, counts, dates)
    else:
        write_large(data, reports.persist(), counts.persist(), dates)
    say("KPIs computed", tables=len(KPI_TABLES), dates=len(dates))


def write_small(data: DataBucket, reports: DataFrame, counts: DataFrame, dates: "list[str]") -> None:
    """Write all tables from the driver: Spark takes longer to write so few rows than to compute them."""
    of_tracks, of_groups = in_threads(collected, (reports, counts))
    rows = sorted(of_tracks, key=lambda row: (row["report_date"], row["track_id"]))
    tables = {TRACK_LEVEL_REPORTS: rows, **small_tables(of_groups, rows)}

    data.clear_output(dates)
    data.put_output(tables)


def write_large(data: DataBucket, reports: DataFrame, counts: DataFrame, dates: "list[str]") -> None:
    """Write the track reports by Spark, and the small tables from the driver, some dates at a time."""
    ranked = reports.where(F.col("rank_in_genre").isNotNull())
    data.clear_output(dates)
    data.append_output(TRACK_LEVEL_REPORTS, reports)

    for start in range(0, len(dates), DATES_AT_ONCE):
        some = dates[start : start + DATES_AT_ONCE]
        counts_of_some = collected(counts.where(F.col("listen_date").isin(some)))
        data.put_output(
            small_tables(counts_of_some, collected(ranked.where(F.col("report_date").isin(some))))
        )


def collected(rows: DataFrame) -> "list[dict[str, Any]]":
    """Return a few rows."""
    return [row.asDict() for row in rows.collect()]


def counts_of(file: StagedFile, counts: BatchCounts) -> FileCounts:
    """Return one file's counts."""
    return counts.files[file.delivered.file_id].counts(file.delivered.kind)


def leave_result(
    batch: Batch, counted: "list[CountedFile]", counts: BatchCounts, dates: "list[str]", pending: "list[str]"
) -> Calculated:
    """Write calculated.json, and return it."""
    calculated = Calculated(
        batch.batch_id,
        tuple(dates),
        tuple(file for file in counted if file.staged.delivered.kind == STREAMS.kind),
        tuple(file for file in counted if file.staged.delivered.kind != STREAMS.kind),
        counts.genre_conflicts,
        tuple(pending),
    )
    step_results.write(batch.s3, batch.bucket, calculated)
    say("calculated", dates=",".join(dates) or "none", songs_with_several_genres=counts.genre_conflicts)
    return calculated


if __name__ == "__main__":
    main()
