"""The two deliveries that tests run on: the small sample of seed/, and the real one where it exists.

Tests that need the real one carry the mark `real_delivery`; without its folder they are not collected.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from oracle import KEYS, Item

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "seed" / "sample"
LATE = ROOT / "seed" / "late" / "user_streams" / "late_2024-06-25.csv"
LAST = LATE.with_name("by_itself_2024-06-27.csv")
EXPECTED = ROOT / "seed" / "expected"
REAL = ROOT.parent / "shared" / "data" / "real"

GOOD_STREAMS = (
    "01_morning.csv",
    "02_evening_bom_crlf.csv",
    "03_next_day.csv.gz",
    "04_other_header.csv",
    "05_bad_rows.csv",
    "06_header_only.csv",
    "späte Lieferung/кино & 100% #1.csv",
)


def sample_streams() -> list[Path]:
    """The sample's good stream files."""
    return [SAMPLE / "user_streams" / name for name in GOOD_STREAMS]


def sample_songs() -> list[Path]:
    """The sample's song files."""
    return sorted((SAMPLE / "songs").iterdir())


def json_lines(path: Path) -> list[Item]:
    """Items of a JSON lines file, numbers exact."""
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def expected_items() -> dict[str, list[Item]]:
    """What seed/expected says of every KPI table after the sample delivery."""
    return {table: json_lines(EXPECTED / f"{table}.jsonl") for table in KEYS}


def expected_ledger() -> dict[str, dict[str, Any]]:
    """What the ledger must say of every delivered object, by file_key."""
    return {row["file_key"]: row for row in json_lines(EXPECTED / "FileValidationMetadata.jsonl")}


def real_expected(name: str) -> list[dict[str, str]]:
    """Rows of one of the real delivery's expected CSV files."""
    with (REAL / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def real_differences(items: dict[str, list[Item]]) -> list[str]:
    """Differences between items and the four expected CSV files, in both directions."""
    pairs = {
        "track_daily": _track_rows(items["track_level_reports"]),
        "genre_daily": _genre_rows(items["GenreDailyKPIs"]),
        "top_songs_per_genre": _top_song_rows(items["TopSongsByGenre"]),
        "top_genres": _top_genre_rows(items["TopGenresByDay"]),
    }
    lines: list[str] = []
    for name, rows in pairs.items():
        wanted = {tuple(row.values()) for row in real_expected(name)}
        found = set(rows)
        lines += [f"{name}: wanted, not found: {row}" for row in sorted(wanted - found)]
        lines += [f"{name}: found, not wanted: {row}" for row in sorted(found - wanted)]
    return lines


def _average(item: Item) -> str:
    return f"{item['avg_listening_time_per_user']:.6f}"


def _track_rows(items: list[Item]) -> Iterator[tuple[str, ...]]:
    for item in items:
        numbers = (item["total_listens"], item["unique_users"], item["total_listening_time"])
        known = str(item["song_known"])
        yield (item["track_id"], item["report_date"], *map(str, numbers), _average(item), known)


def _genre_rows(items: list[Item]) -> Iterator[tuple[str, ...]]:
    for item in items:
        numbers = (item["listen_count"], item["unique_listeners"], item["total_listening_time"])
        yield (item["date"], item["track_genre"], *map(str, numbers), _average(item))


def _top_song_rows(items: list[Item]) -> Iterator[tuple[str, ...]]:
    for item in items:
        for song in item["top_3_songs"]:
            where = (item["listen_date"], item["track_genre"], str(song["rank"]))
            yield (*where, song["track_id"], song["track_name"], song["artists"], str(song["listens"]))


def _top_genre_rows(items: list[Item]) -> Iterator[tuple[str, ...]]:
    for item in items:
        for genre in item["top_5_genres"]:
            yield (item["listen_date"], str(genre["rank"]), genre["track_genre"], str(genre["listens"]))
