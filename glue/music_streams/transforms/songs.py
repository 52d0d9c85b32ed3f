"""Songs: from delivered strings to one row, and one genre, per track."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from music_streams.contracts import SONGS, USERS
from music_streams.transforms.rows import checked, first_reason, is_blank, text, tidied, too_long

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
        (f"NOT duration_ms RLIKE {text(WHOLE_MILLISECONDS)}", "bad_duration_ms"),
        *too_long("track_id", "track_genre", "track_name", "artists"),
    )
    number = f"IF(id RLIKE {text(WHOLE_NUMBER)}, CAST(id AS DECIMAL(38,0)), NULL) AS id_number"
    names = [f"NULLIF(delivered.{name}, '') AS {name}" for name in ("track_name", "artists")]
    duration = "CAST(duration_ms AS BIGINT) AS duration_ms"
    tidy = tidied(staged, SONGS, *SONGS.columns)
    return checked(tidy, reason, "track_id", "id", number, "track_genre", *names, duration)


def one_genre_per_song(checked_songs: DataFrame) -> DataFrame:
    """One row per `track_id`: the good row with the lowest `id`; `genre_conflict` if genres differ.

    Numbers come before other ids and are compared as numbers; without an id the lowest genre by bytes wins.
    An empty name or artist is none.
    """
    rank = "CASE WHEN id_number IS NOT NULL THEN 0 WHEN id != '' THEN 1 ELSE 2 END AS id_rank"
    other_id = "IF(id_number IS NULL, NULLIF(id, ''), NULL) AS id_text"
    song = f"struct({rank}, id_number, {other_id}, track_genre, track_name, artists, duration_ms) AS song"
    return (
        checked_songs.where("reason IS NULL")
        .selectExpr("track_id", song)
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


def validate_users(staged: DataFrame) -> DataFrame:
    """Every staged users row with its `reason`: null, field_count, missing_user_id or too_long_user_id."""
    reason = first_reason((is_blank("user_id"), "missing_user_id"), *too_long("user_id"))
    return checked(tidied(staged, USERS, "user_id"), reason, "user_id")
