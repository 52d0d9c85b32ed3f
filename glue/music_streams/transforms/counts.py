"""Counts of rows, per file and reason: what the ledger says of a delivery."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.transforms.rows import trimmed

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
    is_good = F.col("reason").isNull()
    listens = checked.select(
        "file_id",
        "reason",
        F.when(is_good, F.substring(trimmed("listen_time"), 1, 10)).alias("listen_date"),
        F.when(is_good, trimmed("track_id")).alias("track_id"),
        F.when(is_good, trimmed("user_id")).alias("user_id"),
    )
    tracks = songs.select("track_id", F.lit(True).alias("track_known"))
    users = checked_users.where("reason IS NULL").select(trimmed("user_id").alias("user_id")).distinct()

    return (
        listens.join(tracks, "track_id", "left")
        .join(users.withColumn("user_known", F.lit(True)), "user_id", "left")
        .withColumn("is_track_unknown", is_good & F.col("track_known").isNull())
        .withColumn("is_user_unknown", is_good & F.col("user_known").isNull())
    )


def _by_reason(checked: DataFrame) -> DataFrame:
    return checked.groupBy("file_id", "reason").agg(F.count("*").alias("rows"))


def _named(counts: DataFrame, kind: str) -> DataFrame:
    """The columns every kind shares; what a kind does not count is null."""
    missing = {
        "file_id": "string",
        "listen_date": "string",
        "unknown_track_rows": "bigint",
        "unknown_user_rows": "bigint",
    }
    for name, its_type in missing.items():
        if name not in counts.columns:
            counts = counts.withColumn(name, F.lit(None).cast(its_type))
    return counts.withColumn("kind", F.lit(kind))
