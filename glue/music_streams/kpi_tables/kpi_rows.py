"""The rows of the four small KPI tables, from counts that Spark has made: rows in, rows out, no Spark.

All of a day together are at most 25 rows per genre, however many listens there were.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from music_streams.contracts import (
    GENRE_DAILY_KPIS,
    MUSIC_STREAMING_KPIS,
    TOP_GENRES_BY_DAY,
    TOP_SONGS_BY_GENRE,
    KpiTable,
)

TOP_SONGS = 3
TOP_GENRES = 5

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]


def small_tables(counts: "Iterable[Row]", reports: "Iterable[Row]") -> "dict[KpiTable, Rows]":
    """Return the rows of every KPI table but the track reports, sorted by key.

    Args:
        counts: the rows of `transforms.kpis.listening_counts`.
        reports: the track reports of the same days, or those of them that have a `rank_in_genre`.
    """
    counts = [_with_average(row) for row in counts]
    top_songs = top_songs_by_genre(reports)
    top_genres = top_genres_by_day(counts)
    return {
        MUSIC_STREAMING_KPIS: music_streaming_kpis(counts),
        TOP_SONGS_BY_GENRE: top_songs,
        TOP_GENRES_BY_DAY: top_genres,
        GENRE_DAILY_KPIS: genre_daily_kpis(counts, top_songs, top_genres),
    }


def music_streaming_kpis(counts: "Iterable[Row]") -> Rows:
    """One row per day, per genre, hour, and genre in an hour of that day."""
    rows = [_conform(MUSIC_STREAMING_KPIS, {**row, "kpi_type": _kpi_type(row)}) for row in counts]
    return sorted(rows, key=lambda row: (row["listen_date"], row["kpi_type"]))


def top_songs_by_genre(reports: "Iterable[Row]") -> Rows:
    """One row per genre and day with its three most played songs."""
    by_genre: dict[tuple[str, str], Rows] = defaultdict(list)
    for report in reports:
        if report["rank_in_genre"] is not None:
            song = {"rank": report["rank_in_genre"], "listens": report["total_listens"]}
            names = {name: report[name] for name in ("track_id", "track_name", "artists")}
            by_genre[report["report_date"], report["track_genre"]].append({**song, **names})

    return [
        {
            "listen_date": date,
            "track_genre": genre,
            "top_3_songs": sorted(songs, key=lambda song: int(song["rank"])),
        }
        for (date, genre), songs in sorted(by_genre.items())
    ]


def top_genres_by_day(counts: "Iterable[Row]") -> Rows:
    """One row per day with its five most played genres; ties by the bytes of their names."""
    by_date: dict[str, list[Row]] = defaultdict(list)
    for row in _of_genres(counts):
        by_date[row["listen_date"]].append(row)

    return [
        {"listen_date": date, "top_5_genres": _ranked(genres)} for date, genres in sorted(by_date.items())
    ]


def genre_daily_kpis(counts: "Iterable[Row]", top_songs: Rows, top_genres: Rows) -> Rows:
    """One row per genre and day, with the names of its top songs and of the day's top genres."""
    songs = {(row["listen_date"], row["track_genre"]): row["top_3_songs"] for row in top_songs}
    genres = {row["listen_date"]: row["top_5_genres"] for row in top_genres}

    rows = [
        {
            **row,
            "date": row["listen_date"],
            "top_3_songs": _joined(songs[row["listen_date"], row["track_genre"]], "track_name"),
            "top_5_genres": _joined(genres[row["listen_date"]], "track_genre"),
        }
        for row in _of_genres(counts)
    ]
    conforming = [_conform(GENRE_DAILY_KPIS, row) for row in rows]
    return sorted(conforming, key=lambda row: (row["date"], row["track_genre"]))


def average_seconds(total_ms: int, users: int) -> Decimal:
    """Return `total_ms / users / 1000` with six decimals, half to even, rounded once."""
    millionths, rest = divmod(total_ms * 1000, users)
    is_rounded_up = 2 * rest > users or (2 * rest == users and millionths % 2 == 1)
    return Decimal(millionths + is_rounded_up).scaleb(-6)


def json_line(row: Row, without: str) -> str:
    """Return a row as one line of JSON without one column; null values are left out, decimals are exact."""
    return _as_json({name: value for name, value in row.items() if name != without}) + "\n"


def _of_genres(counts: "Iterable[Row]") -> "Iterator[Row]":
    """The rows that are of one genre and a whole day."""
    return (row for row in counts if row["listen_hour"] is None and row["track_genre"] is not None)


def _kpi_type(row: Row) -> str:
    hour = [] if row["listen_hour"] is None else [f"HOUR#{row['listen_hour']}"]
    genre = [] if row["track_genre"] is None else [f"GENRE#{row['track_genre']}"]
    return "#".join([*hour, *genre]) or "DAY"


def _ranked(genres: "list[Row]") -> Rows:
    # Code points sort as the bytes of UTF-8 do.
    ordered = sorted(genres, key=lambda row: (-row["listen_count"], row["track_genre"]))
    return [
        {"rank": rank, "track_genre": row["track_genre"], "listens": row["listen_count"]}
        for rank, row in enumerate(ordered[:TOP_GENRES], 1)
    ]


def _joined(entries: Rows, name: str) -> str:
    return ", ".join(entry[name] for entry in entries if entry[name] is not None)


def _with_average(row: Row) -> "dict[str, Any]":
    average = average_seconds(row["total_listening_time"], row["unique_listeners"])
    names = ("listen_date", "listen_hour", "track_genre", "listen_count", "unique_listeners")
    return {
        **{name: row[name] for name in names},
        "total_listening_time": row["total_listening_time"],
        "avg_listening_time_per_user": average,
    }


def _conform(table: KpiTable, row: Row) -> "dict[str, Any]":
    """Exactly the contract's columns, in its order."""
    return {column.name: row[column.name] for column in table.columns}


def _as_json(value: Any) -> str:
    """JSON whose decimals are numbers with all their digits, which `json` cannot write."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        members = ((name, entry) for name, entry in value.items() if entry is not None)
        return "{" + ",".join(f"{json.dumps(name)}:{_as_json(entry)}" for name, entry in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
