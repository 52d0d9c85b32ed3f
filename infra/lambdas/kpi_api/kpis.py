"""What each route answers: values of its parameters -> KPIs, from the tables."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from .answers import (
    Alert,
    Day,
    DeliveredFile,
    GenreOfDay,
    GenreOfHour,
    Health,
    HourOfDay,
    Page,
    RankedGenre,
    Song,
    TopGenres,
    TopSongs,
    TrackOfDay,
    read_item,
)
from .tables import BeginsWith, Between, Listing, Part, Tables
from .web import Problem

Values = Mapping[str, Any]
KPIS, FILES, ALERTS = "MUSIC_STREAMING_KPIS", "FILE_VALIDATION_METADATA", "ALERTS"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
OF_GENRE, OF_HOUR, AND_GENRE = "GENRE#", "HOUR#", "#GENRE#"
FILES_LOOKED_AT = 25  # the newest KPIs came with one of the latest files
HOURS_AT_ONCE = 12


def days(tables: Tables, values: Values) -> Page:
    """Days with data, the newest first."""
    items, cursor = tables.part(by_kpi_type("DAY", values, newest_first=True), _wanted(values))
    return Page([read_item(Day, item) for item in items], cursor)


def day(tables: Tables, values: Values) -> Day:
    """One day's totals.

    Raises:
        Problem: there is no data of that day.
    """
    item = tables.item(KPIS, {"listen_date": values["date"], "kpi_type": "DAY"})
    if item is None:
        raise _no_data(values["date"])
    return read_item(Day, item)


def genres(tables: Tables, values: Values) -> Page:
    """One day's genres, by name."""
    items, cursor = tables.part(_of_day(values["date"], OF_GENRE), _wanted(values))
    found = [
        read_item(GenreOfDay, item, track_genre=item["kpi_type"].removeprefix(OF_GENRE)) for item in items
    ]
    return Page(found, cursor)


def hours(tables: Tables, values: Values) -> Page:
    """One day's hours, as far as somebody listened in them."""

    def hour(number: int) -> HourOfDay | None:
        key = {"listen_date": values["date"], "kpi_type": f"{OF_HOUR}{number:02}"}
        item = tables.item(KPIS, key)
        return None if item is None else read_item(HourOfDay, item, hour=number)

    # By key: a query would read all genres of every hour along with them.
    with ThreadPoolExecutor(HOURS_AT_ONCE) as pool:
        return Page([found for found in pool.map(hour, range(24)) if found], None)


def genres_of_hours(tables: Tables, values: Values) -> Page:
    """One day's genres, hour by hour."""
    items, cursor = tables.part(_of_day(values["date"], OF_HOUR), _wanted(values))
    found = []
    for item in items:
        hour, is_of_genre, genre = item["kpi_type"].removeprefix(OF_HOUR).partition(AND_GENRE)
        if is_of_genre:
            found.append(read_item(GenreOfHour, item, hour=int(hour), track_genre=genre))
    return Page(found, cursor)


def top_songs(tables: Tables, values: Values) -> Page:
    """One day's most played songs, genre by genre."""
    listing = Listing("TOP_SONGS_BY_GENRE", ("listen_date", values["date"]), "track_genre")
    items, cursor = tables.part(listing, _wanted(values))
    found = [
        read_item(
            TopSongs, item, top_3_songs=[read_item(Song, song) for song in item.get("top_3_songs") or []]
        )
        for item in items
    ]
    return Page(found, cursor)


def top_genres(tables: Tables, values: Values) -> TopGenres:
    """One day's most played genres.

    Raises:
        Problem: there is no data of that day.
    """
    item = tables.item("TOP_GENRES_BY_DAY", {"listen_date": values["date"]})
    if item is None:
        raise _no_data(values["date"])
    ranked = [read_item(RankedGenre, genre) for genre in item.get("top_5_genres") or []]
    return read_item(TopGenres, item, top_5_genres=ranked)


def genre_over_days(tables: Tables, values: Values) -> Page:
    """One genre over days, the earliest first."""
    items, cursor = tables.part(by_kpi_type(OF_GENRE + values["genre"], values), _wanted(values))
    return Page([read_item(GenreOfDay, item, track_genre=values["genre"]) for item in items], cursor)


def track_over_days(tables: Tables, values: Values) -> Page:
    """One track over days, the earliest first."""
    listing = Listing("TRACK_LEVEL_REPORTS", ("track_id", values["track_id"]), "report_date", _span(values))
    items, cursor = tables.part(listing, _wanted(values))
    return Page([read_item(TrackOfDay, item) for item in items], cursor)


def files(tables: Tables, values: Values) -> Page:
    """Delivered files and what became of them, the newest first."""
    items, cursor = tables.part(of_kind(values["kind"], values["delivered"]), _wanted(values))
    return Page([read_item(DeliveredFile, item) for item in items], cursor)


def alerts(tables: Tables, values: Values) -> Page:
    """What people were told: failed runs, that all is well again, alarms; the newest first."""
    listing = Listing(ALERTS, ("list", "alerts"), "at_and_id", newest_first=True)
    items, cursor = tables.part(listing, _wanted(values))
    return Page([read_item(Alert, item, at=item["at_and_id"].partition("#")[0]) for item in items], cursor)


def health(tables: Tables, _values: Values) -> Health:
    """The newest day, and when the newest KPIs were written."""
    newest, _ = tables.part(by_kpi_type("DAY", {}, newest_first=True), Part(1))
    latest_files, _ = tables.part(of_kind("streams", None), Part(FILES_LOOKED_AT))
    written = max((file["ingested_at"] for file in latest_files if file.get("ingested_at")), default=None)
    age = int((datetime.now(UTC) - datetime.fromisoformat(written)).total_seconds()) if written else None
    day_of_newest = newest[0]["listen_date"] if newest else None
    return Health("ok" if newest else "empty", day_of_newest, written, age)


def _wanted(values: Values) -> Part:
    return Part(values["limit"], values["cursor"])


def _span(values: Values) -> Between:
    return Between(values.get("from") or FIRST_DAY, values.get("to") or LAST_DAY)


def _of_day(date: str, kind: str) -> Listing:
    return Listing(KPIS, ("listen_date", date), "kpi_type", BeginsWith(kind))


def by_kpi_type(kpi_type: str, values: Values, *, newest_first: bool = False) -> Listing:
    """Return the items of one kind over days."""
    return Listing(
        KPIS,
        ("kpi_type", kpi_type),
        "listen_date",
        _span(values),
        index="by_kpi_type",
        newest_first=newest_first,
    )


def of_kind(kind: str, delivered: str | None) -> Listing:
    """Return the files of a kind, those of one day if it is given, the newest first."""
    return Listing(
        FILES,
        ("kind", kind),
        "delivered_at",
        BeginsWith(delivered) if delivered else None,
        index="by_kind",
        index_of=("file_key",),
        newest_first=True,
    )


def _no_data(date: str) -> Problem:
    return Problem(404, f"data of {date}", "none", "GET /days, which lists the days with data")
