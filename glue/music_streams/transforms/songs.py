"""Songs: from delivered strings to one row, and one genre, per track."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.transforms.rows import first_reason, is_blank, too_long, trimmed

WHOLE_MILLISECONDS = r"^\d{1,10}\z"
"""Not negative, not a fraction, and below 116 days. `\\z`, as `$` would let a newline pass."""


def validate_songs(staged: DataFrame) -> DataFrame:
    """Every staged row with its `reason`: null, or why it is refused.

    field_count, missing_track_id, missing_track_genre, missing_duration_ms, bad_duration_ms,
    too_long_track_id, too_long_track_genre, too_long_track_name, too_long_artists
    """
    reason = first_reason(
        (is_blank("track_id"), "missing_track_id"),
        (is_blank("track_genre"), "missing_track_genre"),
        (is_blank("duration_ms"), "missing_duration_ms"),
        (~trimmed("duration_ms").rlike(WHOLE_MILLISECONDS), "bad_duration_ms"),
        *too_long("track_id", "track_genre", "track_name", "artists"),
    )
    return staged.withColumn("reason", reason)


def one_genre_per_song(checked: DataFrame) -> DataFrame:
    """One row per `track_id`: the good row with the lowest `id`; `genre_conflict` if genres differ.

    Numbers come before other ids and are compared as numbers; without an id the lowest genre by bytes wins.
    An empty name or artist is none.
    """
    song = F.struct(
        *_id_order(),
        trimmed("track_genre").alias("track_genre"),
        *[F.when(F.col(name) != "", F.col(name)).alias(name) for name in ("track_name", "artists")],
        trimmed("duration_ms").cast("bigint").alias("duration_ms"),
    )
    return (
        checked.where("reason IS NULL")
        .select(trimmed("track_id").alias("track_id"), song.alias("song"))
        .groupBy("track_id")
        .agg(
            F.min("song").alias("song"),
            (F.min("song.track_genre") != F.max("song.track_genre")).alias("genre_conflict"),
        )
        .select(
            "track_id",
            "song.track_name",
            "song.artists",
            "song.track_genre",
            "song.duration_ms",
            "genre_conflict",
        )
    )


def _id_order() -> "list[SparkColumn]":
    written = trimmed("id")
    number = F.when(written.rlike(r"^-?\d{1,38}\z"), written.cast("decimal(38,0)"))
    rank = F.when(number.isNotNull(), 0).when(~is_blank("id"), 1).otherwise(2)
    return [rank.alias("id_rank"), number.alias("id_number"), F.when(rank == 1, written).alias("id_text")]


def validate_users(staged: DataFrame) -> DataFrame:
    """Every staged users row with its `reason`: null, field_count, missing_user_id or too_long_user_id."""
    reason = first_reason((is_blank("user_id"), "missing_user_id"), *too_long("user_id"))
    return staged.withColumn("reason", reason)
