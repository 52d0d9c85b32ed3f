"""The dashboard in a real browser against DynamoDB's items: every number of every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from browser_page import Page, browser_page
from browsers import browser_or_skip
from oracle import Item

TOTALS = ("listen_count", "unique_listeners", "total_listening_time", "avg_listening_time_per_user")
NOTHING = "\u2013"
SHOWN = """(() => {
    const text = each => each.textContent.trim();
    const rows = id => [...document.querySelectorAll(`#${id} tbody tr`)].map(row => [...row.cells].map(text));
    const totals = [...document.querySelectorAll('#totals dd')];
    return {
        exact: totals.map(each => [each.dataset.kpi, each.dataset.value]),
        totals: totals.map(each => [each.dataset.kpi, each.firstChild.textContent]),
        "top genres": [...document.querySelectorAll('#top-genres li')].map(text),
        hours: rows('hours'),
        genres: rows('genres'),
        "genres over time": [
            [...document.querySelectorAll('#trend thead th')].map(text), ...rows('trend')],
    };
})()"""


def page_differences(url: str, items: Mapping[str, Sequence[Item]], profile: Path) -> list[str]:
    """Open every day, and return what is shown otherwise than the tables' items say; empty when all is right.

    Raises:
        AssertionError: the tables have no day.
    """
    days = sorted(_of_kind(items, "DAY"))
    assert days, "expected days with KPIs, found none"
    with browser_page(browser_or_skip("the dashboard's numbers were not looked at"), profile) as page:
        return [line for day in days for line in _differences_of(page, url, items, day)]


def _differences_of(page: Page, url: str, items: Mapping[str, Sequence[Item]], day: str) -> list[str]:
    page.open(f"{url}#day={day}")
    page.wait_for(f"document.body.dataset.ready && document.querySelector('#day').value === '{day}'")
    shown: dict[str, Any] = page.ask(SHOWN)
    return [
        f"{day} {part}: expected {expected}, shown {shown[part]}"
        for part, expected in _expected(items, day).items()
        if shown[part] != expected
    ]


def _expected(items: Mapping[str, Sequence[Item]], day: str) -> dict[str, Any]:
    total = _of_kind(items, "DAY")[day]
    ranked: Sequence[Mapping[str, Any]] = next(
        (each["top_5_genres"] for each in items["TopGenresByDay"] if each["listen_date"] == day), []
    )
    return {
        "exact": [[name, _plain(total[name])] for name in TOTALS],
        "totals": [[name, FORMATS.get(name, _number)(total[name])] for name in TOTALS],
        "top genres": [f"{each['track_genre']}: {_number(each['listens'])}" for each in ranked],
        "hours": _hours(items, day),
        "genres": _genres(items, day),
        "genres over time": _over_time(items, [each["track_genre"] for each in ranked], day),
    }


def _hours(items: Mapping[str, Sequence[Item]], day: str) -> list[list[str]]:
    found = [each for each in _parts(items, "HOUR#", day) if each["kpi_type"].count("#") == 1]
    return [
        [
            each["kpi_type"].removeprefix("HOUR#"),
            *map(_number, (each["listen_count"], each["unique_listeners"])),
        ]
        for each in sorted(found, key=lambda each: str(each["kpi_type"]))
    ]


def _genres(items: Mapping[str, Sequence[Item]], day: str) -> list[list[str]]:
    songs = {
        each["track_genre"]: [f"{_name(song)} ({_number(song['listens'])})" for song in each["top_3_songs"]]
        for each in items["TopSongsByGenre"]
        if each["listen_date"] == day
    }
    found = sorted(_parts(items, "GENRE#", day), key=lambda each: str(each["kpi_type"]))
    return [
        [
            genre := each["kpi_type"].removeprefix("GENRE#"),
            *map(_number, (each["listen_count"], each["unique_listeners"])),
            _clock(each["total_listening_time"]),
            _clock_of_seconds(each["avg_listening_time_per_user"]),
            " · ".join(songs.get(genre, [])) or NOTHING,
        ]
        for each in sorted(found, key=lambda each: -each["listen_count"])
    ]


def _over_time(items: Mapping[str, Sequence[Item]], genres: Sequence[str], day: str) -> list[list[str]]:
    """A year up to the newest day, or up to the shown one where that is older."""
    days = sorted(_of_kind(items, "DAY"), reverse=True)
    last = days[0] if day >= _a_year_before(days[0]) else day
    days = [each for each in days if _a_year_before(last) <= each <= last]
    lines = {genre: _of_kind(items, f"GENRE#{genre}") for genre in genres}
    rows = [
        [day, *(_number(found[day]["listen_count"]) if day in found else NOTHING for found in lines.values())]
        for day in days
    ]
    return [["Day", *genres], *rows] if genres else [[]]


def _a_year_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=365)).isoformat()


def _of_kind(items: Mapping[str, Sequence[Item]], kpi_type: str) -> dict[str, Item]:
    return {each["listen_date"]: each for each in items["MusicStreamingKPIs"] if each["kpi_type"] == kpi_type}


def _parts(items: Mapping[str, Sequence[Item]], prefix: str, day: str) -> list[Item]:
    rows = items["MusicStreamingKPIs"]
    return [each for each in rows if each["listen_date"] == day and each["kpi_type"].startswith(prefix)]


def _name(song: Mapping[str, Any]) -> str:
    return str(song.get("track_name") or song["track_id"])


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _number(value: Decimal) -> str:
    """A number as people read it: at most six decimals, and a comma before each three digits."""
    whole, _, decimals = f"{value:,.6f}".partition(".")
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def _clock(milliseconds: Decimal) -> str:
    """Hours, minutes and seconds, as make kpis prints them."""
    seconds = int(milliseconds) // 1000
    return f"{seconds // 3600:,}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _clock_of_seconds(seconds: Decimal) -> str:
    return _clock(seconds * 1000)


FORMATS = {"total_listening_time": _clock, "avg_listening_time_per_user": _clock_of_seconds}
