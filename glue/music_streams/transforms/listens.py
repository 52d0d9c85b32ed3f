"""Listens: from delivered strings to one row per listen."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.contracts import CURATED_LISTENS, LISTEN_KEY, STREAMS
from music_streams.transforms.rows import ORIGIN, checked, first_reason, is_blank, text, tidied, too_long

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
    is_no_time = f"NOT listen_time RLIKE {text(LISTEN_TIME)} OR instant IS NULL"
    is_too_early = f"listen_time < {text(FIRST_YEAR)}"
    latest = f"{_instant('delivered_at')} + make_dt_interval({days_ahead})"
    reason = first_reason(
        (is_blank("user_id"), "missing_user_id"),
        (is_blank("track_id"), "missing_track_id"),
        (is_blank("listen_time"), "missing_listen_time"),
        (f"{is_no_time} OR {is_too_early}", "bad_listen_time"),
        (f"instant > {latest}", "listen_time_after_delivery"),
        *too_long("user_id", "track_id"),
    )
    date = "substring(listen_time, 1, 10) AS listen_date"
    with_time = tidied(staged, STREAMS, *LISTEN_KEY).selectExpr("*", f"{_instant('listen_time')} AS instant")
    return checked(with_time, reason, "user_id", "track_id", "instant AS listen_time", date)


def _instant(written: str) -> str:
    """SQL for the time as written, in the session's zone, which the job sets to UTC.

    Spark's own cast knows all that LISTEN_TIME lets pass, once its letters are capitals. It looks a zone up
    by a pattern that it compiles for each row; the zone is UTC, so it is left out.
    """
    return f"CAST(substring_index(substring_index(upper({written}), 'Z', 1), '+', 1) AS TIMESTAMP)"


def accepted_listens(checked_listens: DataFrame) -> DataFrame:
    """The good rows; a listen that was delivered twice is still there twice."""
    return checked_listens.where("reason IS NULL").select(*ORIGIN, *FULL_KEY)


def deliveries_of_days(accepted: DataFrame, curated: DataFrame) -> DataFrame:
    """Every delivery of the listens of the days concerned, with its `origin`.

    Args:
        accepted: the run's good rows.
        curated: what curated holds of the same dates.
    """
    delivered = accepted.selectExpr(*FULL_KEY, _origin("true", "row_number"))
    known = curated.selectExpr(*FULL_KEY, _origin("false", "0L"))
    return delivered.unionByName(known)


def listens_of_days(deliveries: DataFrame) -> DataFrame:
    """One row per listen: `is_new` where curated does not hold it yet.

    Of several deliveries of one listen, the one in curated is its origin; else the first by file and row.
    Curated may hold a listen twice after a crash (`is_repeated`); it counts once.
    """
    is_repeated = (F.count_if(~F.col("origin.is_new")) > 1).alias("is_repeated")
    once = deliveries.groupBy(*FULL_KEY).agg(F.min("origin").alias("origin"), is_repeated)
    columns = [column.name for column in CURATED_LISTENS]
    return once.select(*FULL_KEY, "origin.*", "is_repeated").select(*columns, "is_new", "is_repeated")


def _origin(is_new: str, row_number: str) -> str:
    """SQL for an origin; ordered as the origins of a listen are preferred: false comes before true."""
    return f"struct({is_new} AS is_new, source_key, {row_number} AS row_number, file_id) AS origin"
