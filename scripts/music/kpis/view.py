"""The KPI tables of one day as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted
from music.kpis.reader import Item, KpiReader
from music_streams.contracts import MUSIC_STREAMING_KPIS

GENRES_SHOWN = 8
NO_KNOWN_SONG = "none: no songs file has a track that was played on this day"
METRICS = (
    Column("LISTENS", right=True),
    Column("USERS", right=True, drop=2),
    Column("LISTENING TIME", right=True, drop=1),
    Column("PER USER", right=True, drop=3),
)


def day_summary(reader: KpiReader, dates: Sequence[str]) -> RecordTable:
    """Return one row per day, the newest first."""
    table = RecordTable(f"Days ({MUSIC_STREAMING_KPIS.name})", [Column("DATE"), *METRICS], empty="none")
    for date in reversed(dates):
        day = reader.day(date)
        if day:
            table.add(date, *_metrics(day))
    return table


def day_details(
    reader: KpiReader, date: str, show_all: bool = False, under_way: str = ""
) -> list[RecordTable]:
    """Return tracks, songs and genres of one day, the shortest last; of many genres the first, or all.

    `under_way` says where a run is: then a table is empty because nothing is loaded so far.
    """
    shown = None if show_all else GENRES_SHOWN
    tables = [
        _tracks(reader, date),
        _top_songs(reader, date, shown),
        _genres(reader, date, shown),
        _top_genres(reader, date),
    ]
    if lacking := _without_genre(reader, date):
        tables[-1].note = lacking
    for table in tables if under_way else ():
        table.empty = f"none so far: {under_way}"
    return tables


def number(value: Any) -> str:
    """Return a count with commas; nothing for none."""
    return "" if value is None else f"{int(value):,}"


def line(value: object) -> Text:
    """Return text from data: on one line, and never taken for markup."""
    return Text(str(value).replace("\n", " ⏎ "))


def _top_genres(reader: KpiReader, date: str) -> RecordTable:
    table = RecordTable(
        f"Top genres of {date} (TopGenresByDay)",
        [Column("#", right=True), Column("GENRE"), Column("LISTENS", right=True)],
        empty=NO_KNOWN_SONG,
    )
    for genre in reader.top_genres(date):
        table.add(str(genre["rank"]), line(genre["track_genre"]), number(genre["listens"]))
    return table


def _top_songs(reader: KpiReader, date: str, shown: int | None) -> RecordTable:
    columns = [
        Column("GENRE"),
        Column("#", right=True),
        Column("SONG", wraps=True),
        Column("ARTISTS", wraps=True, drop=1),
        Column("LISTENS", right=True),
    ]
    items = sorted(reader.top_songs(date), key=lambda item: _in_the_alphabet(item["track_genre"]))
    table = RecordTable(
        f"Top songs per genre of {date} (TopSongsByGenre)",
        columns,
        note=_of_all(shown, len(items), date),
        empty=NO_KNOWN_SONG,
    )

    for item in items[:shown]:
        for song in item["top_3_songs"]:
            names = [line(song.get(name, "")) for name in ("track_name", "artists")]
            table.add(line(item["track_genre"]), str(song["rank"]), *names, number(song["listens"]))

    return table


def _genres(reader: KpiReader, date: str, shown: int | None) -> RecordTable:
    items = sorted(reader.genres(date), key=lambda item: (-item["listen_count"], item["track_genre"]))
    table = RecordTable(
        f"Genres of {date} (GenreDailyKPIs)",
        [Column("GENRE"), *METRICS],
        note=_of_all(shown, len(items), date),
        empty=NO_KNOWN_SONG,
    )
    for item in items[:shown]:
        table.add(line(item["track_genre"]), *_metrics(item))
    return table


def _tracks(reader: KpiReader, date: str) -> RecordTable:
    columns = [
        Column("TRACK"),
        Column("NAME", wraps=True),
        Column("GENRE", wraps=True, drop=2),
        Column("LISTENS", right=True),
        Column("USERS", right=True, drop=3),
        Column("LISTENING TIME", right=True, drop=4),
    ]
    table = RecordTable(f"Most played tracks of {date} (track_level_reports)", columns, empty="no listen")
    for item in reader.top_tracks(date):
        known = [line(item.get(name, "(unknown song)")) for name in ("track_name", "track_genre")]
        counts = [number(item["total_listens"]), number(item["unique_users"])]
        table.add(line(item["track_id"]), *known, *counts, _duration(item.get("total_listening_time")))
    return table


def _without_genre(reader: KpiReader, date: str) -> str:
    """Return how many listens of a day are in no genre, for their song is in no songs file; empty if none."""
    day, genres = reader.day(date), reader.genres(date)
    if not day or not genres:
        return ""
    total = int(day["listen_count"])
    unknown = total - sum(int(item["listen_count"]) for item in genres)
    if not unknown:
        return ""
    are = "is of an unknown song, which has" if unknown == 1 else "are of unknown songs, which have"
    return f"{unknown:,} of the day's {counted(total, 'listen')} {are} no genre"


def _of_all(shown: int | None, total: int, date: str) -> str:
    if shown is None or total <= shown:
        return ""
    return f"{shown} of {total} genres; all of them: make kpis DATE={date} ALL=1"


def _in_the_alphabet(name: str) -> tuple[str, str]:
    """Return what sorts names as people do: capitals beside small letters."""
    return name.casefold(), name


def _metrics(item: Item) -> tuple[str, str, str, str]:
    average = item["avg_listening_time_per_user"] * 1000
    counts = number(item["listen_count"]), number(item["unique_listeners"])
    return *counts, _duration(item["total_listening_time"]), _duration(average)


def _duration(milliseconds: Decimal | None) -> str:
    """Return hours, minutes and seconds, as on a clock."""
    if milliseconds is None:
        return ""
    seconds = int(milliseconds) // 1000
    return f"{seconds // 3600:,}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
