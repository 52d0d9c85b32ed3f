"""KPIs of whole days: from distinct listens and songs to the rows of each KPI table.

`kpi_tables` names them all; every one ends in its contract's columns.
"""

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from music_streams import contracts
from music_streams.transforms.rows import average_seconds, conform

TOP_SONGS = 3
TOP_GENRES = 5


def plays_of(listens: DataFrame, songs: DataFrame) -> DataFrame:
    """One row per listen with its song; a track the songs do not know keeps its listen."""
    known = songs.select("track_id", "track_name", "artists", "track_genre", "duration_ms")
    return listens.join(known, "track_id", "left").select(
        "listen_date",
        F.date_format("listen_time", "HH").alias("listen_hour"),
        "user_id",
        "track_id",
        "track_name",
        "artists",
        "track_genre",
        "duration_ms",
    )


def track_level_reports(plays: DataFrame) -> DataFrame:
    """One row per track and day; `rank_in_genre` for the top three of a known genre."""
    by_listens = Window.partitionBy("report_date", "track_genre").orderBy(F.desc("total_listens"), "track_id")
    rank = F.row_number().over(by_listens)
    is_top = F.col("song_known") & (F.col("rank") <= TOP_SONGS)
    reports = (
        plays.groupBy(F.col("listen_date").alias("report_date"), "track_id")
        .agg(
            F.count("*").alias("total_listens"),
            F.count_distinct("user_id").alias("unique_users"),
            F.sum("duration_ms").alias("total_listening_time"),
            F.first("track_name").alias("track_name"),
            F.first("artists").alias("artists"),
            F.first("track_genre").alias("track_genre"),
        )
        .withColumn("avg_listening_time_per_user", average_seconds("total_listening_time", "unique_users"))
        .withColumn("song_known", F.col("track_genre").isNotNull())
        .withColumn("rank", rank)
        .withColumn("rank_in_genre", F.when(is_top, F.col("rank")))
    )
    return conform(reports, contracts.TRACK_LEVEL_REPORTS.columns)


def listening_kpis(plays: DataFrame) -> DataFrame:
    """One row per day, genre, hour, and genre in an hour; `genre_of_day` is set in genre rows of a day."""
    hour, genre = F.concat(F.lit("HOUR#"), "listen_hour"), F.concat(F.lit("GENRE#"), "track_genre")
    nothing = F.lit(None).cast("string")
    all_listens = [_kpi(F.lit("DAY"), nothing), _kpi(hour, nothing)]
    genre_listens = [_kpi(genre, F.col("track_genre")), _kpi(F.concat(hour, F.lit("#"), genre), nothing)]
    counts_in = F.when(F.col("track_genre").isNull(), F.array(*all_listens)).otherwise(
        F.array(*all_listens, *genre_listens)
    )
    return (
        plays.select("listen_date", F.explode(counts_in).alias("kpi"), "user_id", "duration_ms")
        .groupBy("listen_date", "kpi.kpi_type", "kpi.genre_of_day")
        .agg(
            F.count("*").alias("listen_count"),
            F.count_distinct("user_id").alias("unique_listeners"),
            F.coalesce(F.sum("duration_ms"), F.lit(0)).alias("total_listening_time"),
        )
        .withColumn(
            "avg_listening_time_per_user", average_seconds("total_listening_time", "unique_listeners")
        )
    )


def _kpi(kpi_type: SparkColumn, genre_of_day: SparkColumn) -> SparkColumn:
    return F.struct(kpi_type.alias("kpi_type"), genre_of_day.alias("genre_of_day"))


def top_songs_by_genre(reports: DataFrame) -> DataFrame:
    """One row per genre and day with its three most played songs, from the track reports."""
    songs = reports.where("rank_in_genre IS NOT NULL").select(
        F.col("report_date").alias("listen_date"),
        "track_genre",
        F.struct(
            F.col("rank_in_genre").alias("rank"),
            "track_id",
            "track_name",
            "artists",
            F.col("total_listens").alias("listens"),
        ).alias("song"),
    )
    top = songs.groupBy("listen_date", "track_genre").agg(
        F.array_sort(F.collect_list("song")).alias("top_3_songs")
    )
    return conform(top, contracts.TOP_SONGS_BY_GENRE.columns)


def top_genres_by_day(kpis: DataFrame) -> DataFrame:
    """One row per day with its five most played genres, from the listening KPIs."""
    by_listens = Window.partitionBy("listen_date").orderBy(F.desc("listen_count"), "genre_of_day")
    genres = (
        kpis.where("genre_of_day IS NOT NULL")
        .withColumn("rank", F.row_number().over(by_listens))
        .where(F.col("rank") <= TOP_GENRES)
    )
    entry = F.struct(
        "rank", F.col("genre_of_day").alias("track_genre"), F.col("listen_count").alias("listens")
    )
    top = genres.groupBy("listen_date").agg(F.array_sort(F.collect_list(entry)).alias("top_5_genres"))
    return conform(top, contracts.TOP_GENRES_BY_DAY.columns)


def genre_daily_kpis(kpis: DataFrame, top_songs: DataFrame, top_genres: DataFrame) -> DataFrame:
    """One row per genre and day, with the names of its top songs and of the day's top genres."""
    genres = kpis.where("genre_of_day IS NOT NULL").withColumnRenamed("genre_of_day", "track_genre")
    song_names = top_songs.withColumn("top_3_songs", F.array_join("top_3_songs.track_name", ", "))
    genre_names = top_genres.withColumn("top_5_genres", F.array_join("top_5_genres.track_genre", ", "))
    named = (
        genres.join(song_names, ["listen_date", "track_genre"])
        .join(genre_names, "listen_date")
        .withColumnRenamed("listen_date", "date")
    )
    return conform(named, contracts.GENRE_DAILY_KPIS.columns)


def kpi_tables(plays: DataFrame) -> "dict[str, DataFrame]":
    """The rows of every KPI table, by contract name, for all dates in `plays`.

    The two large ones are kept, because the small ones are made from them.
    """
    reports = track_level_reports(plays).persist()
    kpis = listening_kpis(plays).persist()
    top_songs = top_songs_by_genre(reports)
    top_genres = top_genres_by_day(kpis)
    return {
        contracts.TRACK_LEVEL_REPORTS.name: reports,
        contracts.MUSIC_STREAMING_KPIS.name: conform(kpis, contracts.MUSIC_STREAMING_KPIS.columns),
        contracts.TOP_SONGS_BY_GENRE.name: top_songs,
        contracts.TOP_GENRES_BY_DAY.name: top_genres,
        contracts.GENRE_DAILY_KPIS.name: genre_daily_kpis(kpis, top_songs, top_genres),
    }
