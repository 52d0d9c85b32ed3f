"""Songs: from delivered strings to one row, and one genre, per track."""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.transforms.rows import first_reason, is_blank, text, too_long, trimmed, trimmed_text

WHOLE_MILLISECONDS = r"^\d{1,10}\z"
"""Not negative, not a fraction, and below 116 days. `\\z`, as `$` would let a newline pass."""
WHOLE_NUMBER = r"^-?\d{1,38}\z"


def validate_songs(staged: DataFrame) -> DataFrame:
    """Every staged row with its `reason`: null, or why it is refused.

    field_count, missing_track_id, missing_track_genre, missing_duration_ms, bad_duration_ms,
    too_long_track_id, too_long_track_genre, too_long_track_name, too_long_artists
    """
    reason = first_reason(
        (is_blank("track_id"), "missing_track_id"),
        (is_blank("track_genre"), "missing_track_genre"),
        (is_blank("duration_ms"), "missing_duration_ms"),
        (f"NOT {trimmed_text('duration_ms')} RLIKE {text(WHOLE_MILLISECONDS)}", "bad_duration_ms"),
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
    written = trimmed_text("id")
    number = f"IF({written} RLIKE {text(WHOLE_NUMBER)}, CAST({written} AS DECIMAL(38,0)), NULL)"
    rank = f"CASE WHEN {number} IS NOT NULL THEN 0 WHEN NOT {is_blank('id')} THEN 1 ELSE 2 END"
    order = {"id_rank": rank, "id_number": number, "id_text": f"IF({rank} = 1, {written}, NULL)"}
    return [F.expr(sql).alias(name) for name, sql in order.items()]


def validate_users(staged: DataFrame) -> DataFrame:
    """Every staged users row with its `reason`: null, field_count, missing_user_id or too_long_user_id."""
    reason = first_reason((is_blank("user_id"), "missing_user_id"), *too_long("user_id"))
    return staged.withColumn("reason", reason)
