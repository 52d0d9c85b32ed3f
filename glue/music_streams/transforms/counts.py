"""Counts of rows, per file and reason: what the ledger says of a delivery."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

GENRE_CONFLICT = "genre_conflict"


def row_counts(
    checked_listens: DataFrame, checked_songs: DataFrame, checked_users: DataFrame, songs: DataFrame
) -> DataFrame:
    """One row per file, reason and (for good listens) date.

    Columns: kind, file_id, reason (null: good), listen_date, rows, unknown_track_rows, unknown_user_rows.
    One more row, without file_id, counts the tracks that came with several genres.
    """
    listens = (
        _with_unknowns(checked_listens, songs, checked_users)
        .groupBy("file_id", "reason", "listen_date")
        .agg(
            F.count("*").alias("rows"),
            F.count_if("is_track_unknown").alias("unknown_track_rows"),
            F.count_if("is_user_unknown").alias("unknown_user_rows"),
        )
    )
    conflicts = songs.where(GENRE_CONFLICT).agg(F.count("*").alias("rows"))
    return (
        _named(listens, "streams")
        .unionByName(_named(_by_reason(checked_songs), "songs"))
        .unionByName(_named(_by_reason(checked_users), "users"))
        .unionByName(_named(conflicts.withColumn("reason", F.lit(GENRE_CONFLICT)), "songs"))
    )


def _with_unknowns(checked: DataFrame, songs: DataFrame, checked_users: DataFrame) -> DataFrame:
    good = [f"IF(reason IS NULL, {name}, NULL) AS {name}" for name in ("listen_date", "track_id", "user_id")]
    listens = checked.selectExpr("file_id", "reason", *good)
    tracks = songs.selectExpr("track_id", "true AS track_known")
    users = checked_users.where("reason IS NULL").select("user_id").distinct()

    return (
        listens.join(tracks, "track_id", "left")
        .join(users.selectExpr("user_id", "true AS user_known"), "user_id", "left")
        .selectExpr(
            "*",
            "reason IS NULL AND track_known IS NULL AS is_track_unknown",
            "reason IS NULL AND user_known IS NULL AS is_user_unknown",
        )
    )


def _by_reason(checked: DataFrame) -> DataFrame:
    return checked.groupBy("file_id", "reason").agg(F.count("*").alias("rows"))


def _named(counts: DataFrame, kind: str) -> DataFrame:
    """The columns every kind shares; what a kind does not count is null."""
    columns = {
        "file_id": "string",
        "reason": "string",
        "listen_date": "string",
        "rows": "bigint",
        "unknown_track_rows": "bigint",
        "unknown_user_rows": "bigint",
    }
    counted = counts.columns
    named = [
        name if name in counted else f"CAST(NULL AS {its_type}) AS {name}"
        for name, its_type in columns.items()
    ]
    return counts.selectExpr(f"'{kind}' AS kind", *named)
