"""The sample's KPIs, counted by the oracle, come back from the API item by item, by each of its routes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from deliveries import sample_songs, sample_streams
from kpi_api_calls import call, use_tables
from kpi_tables import FakeDynamoDB
from oracle import Item, oracle_items

METRICS = ("listen_count", "unique_listeners", "total_listening_time", "avg_listening_time_per_user")
NAMES = {
    "MusicStreamingKPIs": "MUSIC_STREAMING_KPIS",
    "TopSongsByGenre": "TOP_SONGS_BY_GENRE",
    "TopGenresByDay": "TOP_GENRES_BY_DAY",
    "track_level_reports": "TRACK_LEVEL_REPORTS",
}


@pytest.fixture(scope="module")
def counted() -> dict[str, list[Item]]:
    found = oracle_items(sample_streams(), sample_songs())
    return {name: found[table] for table, name in NAMES.items()}


@pytest.fixture(autouse=True)
def tables(counted: dict[str, list[Item]], monkeypatch: pytest.MonkeyPatch) -> None:
    use_tables(monkeypatch).tables = FakeDynamoDB(counted).tables


def test_days_genres_and_hours_are_all_items_of_their_table(counted: dict[str, list[Item]]) -> None:
    found: dict[tuple[str, str], Item] = {}
    for day in listed("/days"):
        date = day["listen_date"]
        found[date, "DAY"] = metrics(day)
        for genre in listed(f"/days/{date}/genres"):
            found[date, f"GENRE#{genre['track_genre']}"] = metrics(genre)
        for hour in listed(f"/days/{date}/hours"):
            found[date, f"HOUR#{hour['hour']:02}"] = metrics(hour)
        for each in listed(f"/days/{date}/hour-genres"):
            found[date, f"HOUR#{each['hour']:02}#GENRE#{each['track_genre']}"] = metrics(each)
    items = counted["MUSIC_STREAMING_KPIS"]
    assert len(items) > 40
    assert found == {(item["listen_date"], item["kpi_type"]): metrics(item) for item in items}


def test_top_songs_and_genres_are_all_items_of_their_tables(counted: dict[str, list[Item]]) -> None:
    dates = sorted({item["listen_date"] for item in counted["TOP_GENRES_BY_DAY"]})
    songs = [known(item) for date in dates for item in listed(f"/days/{date}/top-songs")]
    assert songs == sorted(counted["TOP_SONGS_BY_GENRE"], key=lambda i: (i["listen_date"], i["track_genre"]))
    genres = [answered(f"/days/{date}/top-genres") for date in dates]
    assert genres == sorted(counted["TOP_GENRES_BY_DAY"], key=lambda item: str(item["listen_date"]))


def test_tracks_and_genres_over_days_are_their_items(counted: dict[str, list[Item]]) -> None:
    reports = counted["TRACK_LEVEL_REPORTS"]
    for track in sorted({item["track_id"] for item in reports}):
        of_track = sorted((i for i in reports if i["track_id"] == track), key=lambda i: str(i["report_date"]))
        assert [known(day) for day in listed("/track-days", track_id=track, **SPAN)] == of_track
    for kpi in counted["MUSIC_STREAMING_KPIS"]:
        if kpi["kpi_type"].startswith("GENRE#"):
            days = listed("/genre-days", genre=kpi["kpi_type"].removeprefix("GENRE#"), **SPAN)
            assert metrics(kpi) in [metrics(day) for day in days if day["listen_date"] == kpi["listen_date"]]


SPAN = {"from": "2024-01-01", "to": "2024-12-31"}


def answered(path: str, **query: str) -> Any:
    answer = call(path, urlencode(query))
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"], parse_float=Decimal)


def listed(path: str, **query: str) -> list[Item]:
    """All items of a list, part by part."""
    items: list[Item] = []
    more = {} if path.endswith("/hours") else {"limit": "7"}
    while True:
        part = answered(path, **query, **more)
        items += part["items"]
        if part["next_cursor"] is None:
            return items
        more["cursor"] = part["next_cursor"]


def metrics(item: Item) -> Item:
    return {name: item[name] for name in METRICS}


def known(value: Any) -> Any:
    """The same without what is null: an item has no attribute then."""
    if isinstance(value, dict):
        return {name: known(each) for name, each in value.items() if each is not None}
    return [known(each) for each in value] if isinstance(value, list) else value
