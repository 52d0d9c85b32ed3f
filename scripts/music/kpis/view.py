"""The KPI tables as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from music.kpis.reader import Item, KpiReader

MOST_FILES = 50
RECENT_DAYS = 14
GENRES_SHOWN = 8


class Section(Table):
    """A table below its title; Rich's own titles are cut to the table's width."""

    def __init__(self, heading: str, **options: Any) -> None:
        super().__init__(**options)
        self.heading = heading

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Show the title, then the table."""
        yield Text(self.heading, style="bold")
        yield from super().__rich_console__(console, options)


def day_summary(reader: KpiReader, dates: Sequence[str]) -> Section:
    """One row per day."""
    table = _table("Days", ("DATE", "LISTENS", "USERS", "LISTENING TIME", "PER USER"), right=(1, 2, 3, 4))
    for date in dates:
        day = reader.day(date)
        if day:
            table.add_row(date, *_metrics(day))
    return table


def day_details(reader: KpiReader, date: str) -> list[RenderableType]:
    """Genres, songs and tracks of one day."""
    return [_top_genres(reader, date), _top_songs(reader, date), _genres(reader, date), _tracks(reader, date)]


def files(rows: Sequence[Item]) -> Section:
    """One row per delivered file: what was in it, and how far it came."""
    headings = ("FILE", "ROWS", "NEW", "AGAIN", "REJECTED", "CHECKED", "IN KPIS", "ARCHIVED")
    table = _table("Delivered files (FileValidationMetadata)", headings, right=(1, 2, 3, 4))
    for row in rows[:MOST_FILES]:
        counts = [
            _number(row.get(name)) for name in ("rows", "new_listens", "duplicate_rows", "rejected_rows")
        ]
        states = [
            _state(row.get(n)) for n in ("validation_status", "kpi_ingestion_status", "archival_status")
        ]
        table.add_row(_short(str(row["file_key"])), *counts, *states)
    _say_more(table, len(rows) - MOST_FILES)
    return table


def refused(rows: Sequence[Item]) -> Section | None:
    """Why files and rows were refused; None when none were."""
    table = _table("Refused, and why", ("FILE", "WHAT", "REASON"))
    with_problems = [row for row in rows if row.get("error") or row.get("rejected_reasons")]
    for row in with_problems[:MOST_FILES]:
        if row.get("error"):
            table.add_row(_short(str(row["file_key"])), "the file, now in error/", _line(row["error"]))
        for reason, count in sorted((row.get("rejected_reasons") or {}).items()):
            what = f"{count} row{'s' if count != 1 else ''}, now in rejected/"
            table.add_row(_short(str(row["file_key"])), what, _line(reason))
    _say_more(table, len(with_problems) - MOST_FILES)
    return table if table.row_count else None


def _say_more(table: Table, files: int) -> None:
    if files > 0:
        table.add_row(f"… and {files:,} more files")


def _top_genres(reader: KpiReader, date: str) -> Section:
    table = _table(f"Top genres of {date} (TopGenresByDay)", ("#", "GENRE", "LISTENS"), right=(0, 2))
    for genre in reader.top_genres(date):
        table.add_row(str(genre["rank"]), _line(genre["track_genre"]), _number(genre["listens"]))
    return table


def _top_songs(reader: KpiReader, date: str) -> Section:
    table = _table(
        f"Top songs per genre of {date} (TopSongsByGenre)", ("GENRE", "#", "SONG", "ARTISTS", "LISTENS")
    )
    items = reader.top_songs(date)
    for item in items[:GENRES_SHOWN]:
        for number, song in enumerate(item["top_3_songs"]):
            genre = _line(item["track_genre"]) if number == 0 else Text()
            names = [_line(song.get(name, "")) for name in ("track_name", "artists")]
            table.add_row(genre, str(song["rank"]), *names, _number(song["listens"]))
    if len(items) > GENRES_SHOWN:
        table.caption = f"{GENRES_SHOWN} of {len(items)} genres"
    return table


def _genres(reader: KpiReader, date: str) -> Section:
    headings = ("GENRE", "LISTENS", "USERS", "LISTENING TIME", "PER USER")
    table = _table(f"Genres of {date} (GenreDailyKPIs)", headings, right=(1, 2, 3, 4))
    items = sorted(reader.genres(date), key=lambda item: (-item["listen_count"], item["track_genre"]))
    for item in items[:GENRES_SHOWN]:
        table.add_row(_line(item["track_genre"]), *_metrics(item))
    if len(items) > GENRES_SHOWN:
        table.caption = f"{GENRES_SHOWN} of {len(items)} genres"
    return table


def _tracks(reader: KpiReader, date: str) -> Section:
    headings = ("TRACK", "NAME", "GENRE", "LISTENS", "USERS", "LISTENING TIME")
    table = _table(f"Most played tracks of {date} (track_level_reports)", headings, right=(3, 4, 5))
    for item in reader.top_tracks(date):
        known = [_line(item.get(name, "(unknown song)")) for name in ("track_name", "track_genre")]
        counts = [_number(item["total_listens"]), _number(item["unique_users"])]
        table.add_row(_line(item["track_id"]), *known, *counts, _duration(item.get("total_listening_time")))
    return table


def _metrics(item: Item) -> tuple[str, str, str, str]:
    average = item["avg_listening_time_per_user"] * 1000
    counts = _number(item["listen_count"]), _number(item["unique_listeners"])
    return *counts, _duration(item["total_listening_time"]), _duration(average)


def _table(title: str, headings: Sequence[str], right: Sequence[int] = ()) -> Section:
    table = Section(title, box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number in right else "left", overflow="fold")
    return table


def _number(value: Any) -> str:
    return "" if value is None else f"{int(value):,}"


def _duration(milliseconds: Decimal | None) -> str:
    """Hours, minutes and seconds, as on a clock."""
    if milliseconds is None:
        return ""
    seconds = int(milliseconds) // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _state(value: object) -> str:
    colour = {"SUCCESS": "green", "FAILED": "red", "PENDING": "yellow"}.get(str(value), "dim")
    return f"[{colour}]{value}[/]" if value else ""


def _short(key: str) -> Text:
    return _line(key.split("/", 1)[-1])


def _line(value: object) -> Text:
    """Text from data: on one line, and never taken for markup."""
    return Text(str(value).replace("\n", " ⏎ "))
