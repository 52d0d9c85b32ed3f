"""The independent oracle: delivered CSV files → the items that DynamoDB must hold, by DuckDB.

It shares no code with the jobs: DuckDB reads the CSV, `oracle.sql` holds the definitions.
Which files are good is the caller's to say; which rows are good is worked out here again.

    wanted = oracle_items(streams=[Path("streams1.csv")], songs=[Path("songs.csv")])
    assert differences("TopGenresByDay", wanted["TopGenresByDay"], found) == []
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import duckdb

Item = dict[str, Any]

# Table → its key attributes, as in the contract.
KEYS = {
    "track_level_reports": ("track_id", "report_date"),
    "MusicStreamingKPIs": ("listen_date", "kpi_type"),
    "TopSongsByGenre": ("listen_date", "track_genre"),
    "TopGenresByDay": ("listen_date",),
    "GenreDailyKPIs": ("date", "track_genre"),
}
STREAM_COLUMNS = ("user_id", "track_id", "listen_time")
SONG_COLUMNS = ("id", "track_id", "track_name", "artists", "track_genre", "duration_ms")
AVERAGE = "avg_listening_time_per_user"


def oracle_items(streams: Sequence[Path], songs: Sequence[Path]) -> dict[str, list[Item]]:
    """Every item of every KPI table for these good files, by table name.

    Numbers are int or Decimal; an attribute without a value is left out, as DynamoDB items do.
    """
    with duckdb.connect() as db:
        db.execute("SET threads = 2")
        _load(db, "stream_rows", STREAM_COLUMNS, streams)
        _load(db, "song_rows", SONG_COLUMNS, songs)
        db.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
        return {table: list(_items(db, table)) for table in KEYS}


def _load(db: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], files: Iterable[Path]) -> None:
    db.execute(f"CREATE TABLE {table} ({', '.join(f'{column} VARCHAR' for column in columns)})")
    for path in files:
        header = [name.strip().lower() for name in _header(path)]
        picked = [f'"{header.index(name)}"' if name in header else "NULL" for name in columns]
        query = f"""INSERT INTO {table} SELECT {", ".join(picked)} FROM read_csv(
            [?], auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
            columns = {{{", ".join(f"'{place}': 'VARCHAR'" for place in range(len(header)))}}},
            compression = '{"gzip" if path.suffix == ".gz" else "none"}',
            strict_mode = true, ignore_errors = true, parallel = false)"""  # noqa: S608 - names from above
        db.execute(query, [str(path)])


def _header(path: Path) -> list[str]:
    """The first record, BOM removed; DuckDB is then told the columns instead of guessing them."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as raw:
        return next(csv.reader(TextIOWrapper(raw, encoding="utf-8-sig", newline=""), strict=True))


def _items(db: duckdb.DuckDBPyConnection, table: str) -> Iterator[Item]:
    rows = db.execute(f'SELECT * FROM "{table}" ORDER BY ALL')  # noqa: S608 - a name of KEYS
    names = [column[0] for column in rows.description or ()]
    for row in rows.fetchall():
        item = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        if AVERAGE in item:
            item[AVERAGE] = Decimal(item[AVERAGE]).scaleb(-6)
        yield item


def differences(table: str, wanted: Iterable[Item], found: Iterable[Item]) -> list[str]:
    """What differs, one readable line each: missing items, unexpected items, attributes that differ."""
    wanted_by_key, found_by_key = _by_key(table, wanted), _by_key(table, found)
    lines = [
        f"{table} {key}: missing, wanted {item}"
        for key, item in wanted_by_key.items()
        if key not in found_by_key
    ]
    lines += [
        f"{table} {key}: unexpected, found {item}"
        for key, item in found_by_key.items()
        if key not in wanted_by_key
    ]
    for key in wanted_by_key.keys() & found_by_key.keys():
        lines += _attribute_differences(f"{table} {key}", wanted_by_key[key], found_by_key[key])
    return sorted(lines)


def _by_key(table: str, items: Iterable[Item]) -> dict[tuple[str, ...], Item]:
    by_key: dict[tuple[str, ...], Item] = {}
    for item in items:
        key = tuple(item[name] for name in KEYS[table])
        if key in by_key:
            raise ValueError(f"{table}: two items with the key {key}")
        by_key[key] = item
    return by_key


def _attribute_differences(where: str, wanted: Item, found: Item) -> Iterator[str]:
    for name in sorted(wanted.keys() | found.keys()):
        left, right = wanted.get(name, "(no such attribute)"), found.get(name, "(no such attribute)")
        if _plain(left) != _plain(right):
            yield f"{where}: {name} is {right!r}, wanted {left!r}"


def _plain(value: object) -> object:
    """Compare by type and value: 2 and Decimal('2.0') are one number, True and 1 are not, nor '2' and 2."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (type(value).__name__, value)
    if isinstance(value, int | Decimal):
        return ("number", Decimal(value))
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    raise TypeError(
        f"an item holds text, exact numbers, booleans, lists and maps, not {type(value)}: {value!r}"
    )
