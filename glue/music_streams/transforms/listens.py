"""Listens: from delivered strings to one row per listen."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.contracts import CURATED_LISTENS, LISTEN_KEY
from music_streams.transforms.rows import (
    ORIGIN,
    first_reason,
    is_blank,
    text,
    too_long,
    trimmed,
    trimmed_text,
)

LISTEN_TIME = r"^\d{4}-\d{2}-\d{2}[ Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|\+00:00)?\z"
"""`YYYY-MM-DD HH:MM:SS`, or ISO 8601; UTC only, because dates are taken as written.

`\\z`, as `$` would let a newline pass.
"""
FIRST_YEAR = "1900"
"""No listen was recorded before; readers of Parquet disagree about dates of the old calendar."""
DAYS_AHEAD = 1
"""A listen cannot be of a time after its delivery; clocks of players and zones make up to a day of that."""
FULL_KEY = (*LISTEN_KEY, "listen_date")


def validate_listens(staged: DataFrame, days_ahead: int = DAYS_AHEAD) -> DataFrame:
    """Every staged row with its `reason`: null, or why it is refused.

    field_count, missing_user_id, missing_track_id, missing_listen_time, bad_listen_time,
    listen_time_after_delivery, too_long_user_id, too_long_track_id

    Args:
        staged: rows of stream files as delivered.
        days_ahead: a listen may be this much later than the delivery of its file.
    """
    is_no_time = f"NOT written RLIKE {text(LISTEN_TIME)} OR instant IS NULL"
    is_too_early = f"substring(written, 1, 4) < {text(FIRST_YEAR)}"
    latest = f"{_instant('delivered_at')} + make_dt_interval({days_ahead})"
    reason = first_reason(
        (is_blank("user_id"), "missing_user_id"),
        (is_blank("track_id"), "missing_track_id"),
        (is_blank("listen_time"), "missing_listen_time"),
        (f"{is_no_time} OR {is_too_early}", "bad_listen_time"),
        (f"instant > {latest}", "listen_time_after_delivery"),
        *too_long("user_id", "track_id"),
    )
    # Each step is a select of its own, so that what a later one uses twice is computed once.
    with_time = staged.withColumn("written", trimmed("listen_time"))
    with_time = with_time.withColumn("instant", F.expr(_instant("written")))
    return with_time.withColumn("reason", reason).drop("written", "instant")


def _instant(written: str) -> str:
    """SQL for the time as written, in the session's zone, which the job sets to UTC.

    Spark's own cast knows all that LISTEN_TIME lets pass, once its letters are capitals. It looks a zone up
    by a pattern that it compiles for each row; the zone is UTC, so it is left out.
    """
    return f"CAST(substring_index(substring_index(upper({written}), 'Z', 1), '+', 1) AS TIMESTAMP)"


def accepted_listens(checked: DataFrame) -> DataFrame:
    """The good rows, typed; a listen that was delivered twice is still there twice."""
    return checked.where("reason IS NULL").select(
        *ORIGIN,
        trimmed("user_id").alias("user_id"),
        trimmed("track_id").alias("track_id"),
        F.expr(_instant(trimmed_text("listen_time"))).alias("listen_time"),
        F.substring(trimmed("listen_time"), 1, 10).alias("listen_date"),
    )


def listens_of_days(accepted: DataFrame, curated: DataFrame) -> DataFrame:
    """One row per listen of the days concerned: `is_new` where curated does not hold it yet.

    Of several deliveries of one listen, the one in curated is its origin; else the first by file and row.
    Curated may hold a listen twice after a crash (`is_repeated`); it counts once.

    The rows are moved here once, by day and user: all that is counted per user later moves nothing more.

    Args:
        accepted: the run's good rows.
        curated: what curated holds of the same dates.
    """
    delivered = accepted.select(*FULL_KEY, _origin(is_new=True, row_number=F.col("row_number")))
    known = curated.select(*FULL_KEY, _origin(is_new=False, row_number=F.lit(0).cast("bigint")))
    is_repeated = (F.count_if(~F.col("origin.is_new")) > 1).alias("is_repeated")
    by_user = delivered.unionByName(known).repartition("listen_date", "user_id")
    once = by_user.groupBy(*FULL_KEY).agg(F.min("origin").alias("origin"), is_repeated)
    columns = [column.name for column in CURATED_LISTENS]
    return once.select(*FULL_KEY, "origin.*", "is_repeated").select(*columns, "is_new", "is_repeated")


def _origin(*, is_new: bool, row_number: SparkColumn) -> SparkColumn:
    """Ordered as the origins of a listen are preferred: false comes before true."""
    return F.struct(
        F.lit(is_new).alias("is_new"), "source_key", row_number.alias("row_number"), "file_id"
    ).alias("origin")
