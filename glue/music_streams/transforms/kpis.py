"""From distinct listens and songs to what the KPI tables are made of.

Spark does what grows with the listens: one row per track and day, and one per genre and hour. All else is
small by then (at most 25 rows per genre and day), and `kpi_rows` makes the other tables of it.

Listens come distributed by day and user (`DataBucket.by_day_and_user`). So each first aggregation, by
user, moves no rows, and a count of distinct users is a count of its rows.
"""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from music_streams import contracts
from music_streams.kpi_tables.kpi_rows import TOP_SONGS
from music_streams.transforms.rows import average_seconds, conform


def track_level_reports(listens: DataFrame, songs: DataFrame) -> DataFrame:
    """One row per track and day; `rank_in_genre` for the top three of a known genre.

    Args:
        listens: one row per listen: listen_date, user_id, track_id.
        songs: one row per track, of one genre; a track that is not among them is reported without its song.
    """
    by_user = listens.groupBy("listen_date", "user_id", "track_id").agg(F.count("*").alias("listens"))
    by_track = by_user.groupBy(F.col("listen_date").alias("report_date"), "track_id").agg(
        F.sum("listens").alias("total_listens"), F.count("*").alias("unique_users")
    )

    by_listens = Window.partitionBy("report_date", "track_genre").orderBy(F.desc("total_listens"), "track_id")
    rank = F.row_number().over(by_listens)
    is_top = F.col("song_known") & (F.col("rank") <= TOP_SONGS)
    reports = by_track.join(songs.drop("genre_conflict"), "track_id", "left").select(
        "*",
        (F.col("total_listens") * F.col("duration_ms")).alias("total_listening_time"),
        F.col("track_genre").isNotNull().alias("song_known"),
        rank.alias("rank"),
    )

    average = average_seconds("total_listening_time", "unique_users")
    complete = reports.select(
        "*",
        average.alias("avg_listening_time_per_user"),
        F.when(is_top, F.col("rank")).alias("rank_in_genre"),
    )
    return conform(complete, contracts.TRACK_LEVEL_REPORTS.columns)


def listening_counts(listens: DataFrame, songs: DataFrame) -> DataFrame:
    """One row per day, per hour, per genre, and per genre in an hour.

    Columns: listen_date, listen_hour (null: the whole day), track_genre (null: all tracks, also those that
    the songs do not know), listen_count, unique_listeners, total_listening_time in milliseconds.

    Args:
        listens: one row per listen: listen_date, listen_time, user_id, track_id.
        songs: one row per track, of one genre.
    """
    plays = listens.join(songs.select("track_id", "track_genre", "duration_ms"), "track_id", "left").select(
        "listen_date", "user_id", "duration_ms", F.explode(_groups_of_a_play()).alias("group")
    )
    by_user = plays.groupBy("listen_date", "user_id", "group.listen_hour", "group.track_genre").agg(
        F.count("*").alias("listens"), F.sum("duration_ms").alias("time")
    )
    return by_user.groupBy("listen_date", "listen_hour", "track_genre").agg(
        F.sum("listens").alias("listen_count"),
        F.count("*").alias("unique_listeners"),
        F.coalesce(F.sum("time"), F.lit(0)).alias("total_listening_time"),
    )


def _groups_of_a_play() -> SparkColumn:
    """The rows of `listening_counts` that a play counts in: two, or four if its genre is known."""
    hour, genre = F.lpad(F.hour("listen_time").cast("string"), 2, "0"), F.col("track_genre")
    every = F.lit(None).cast("string")
    of_all_genres = [_group(every, every), _group(hour, every)]
    of_its_genre = [_group(every, genre), _group(hour, genre)]
    return F.when(genre.isNull(), F.array(*of_all_genres)).otherwise(F.array(*of_all_genres, *of_its_genre))


def _group(hour: SparkColumn, genre: SparkColumn) -> SparkColumn:
    return F.struct(hour.alias("listen_hour"), genre.alias("track_genre"))
