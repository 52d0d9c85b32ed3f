"""The independent oracle: delivered CSV files → the items that DynamoDB must hold, by DuckDB.

It shares no code with the jobs: DuckDB reads the CSV, `oracle.sql` and the audit's `kpis.sql` hold the
definitions.
Which files are good is the caller's to say; which rows are good is worked out here again.

    wanted = oracle_items(streams=[Path("streams1.csv")], songs=[Path("songs.csv")])
    assert differences("TopGenresByDay", wanted["TopGenresByDay"], found) == []
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import duckdb

from music.audit import compare
from music.audit.recount import recounted

Item = dict[str, Any]

# Table → its key attributes, as in the contract.
KEYS = {
    "track_level_reports": ("track_id", "report_date"),
    "MusicStreamingKPIs": ("listen_date", "kpi_type"),
    "TopSongsByGenre": ("listen_date", "track_genre"),
    "TopGenresByDay": ("listen_date",),
    "GenreDailyKPIs": ("date", "track_genre"),
}
LISTENS_SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
"""stream_rows → listens; what follows is in the audit's kpis.sql."""
STREAM_COLUMNS = ("user_id", "track_id", "listen_time")
SONG_COLUMNS = ("id", "track_id", "track_name", "artists", "track_genre", "duration_ms")


def oracle_items(streams: Sequence[Path], songs: Sequence[Path]) -> dict[str, list[Item]]:
    """Every item of every KPI table for these good files, by table name.

    Numbers are int or Decimal; an attribute without a value is left out, as DynamoDB items do.
    """
    with duckdb.connect() as db:
        db.execute("SET threads = 2")
        _load(db, "stream_rows", STREAM_COLUMNS, streams)
        _load(db, "song_rows", SONG_COLUMNS, songs)
        db.execute(LISTENS_SQL)
        return recounted(db, KEYS)


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


def differences(table: str, wanted: Iterable[Item], found: Iterable[Item]) -> list[str]:
    """What differs, one readable line each: missing items, unexpected items, attributes that differ."""
    lines = []
    for each in compare.differences(KEYS[table], wanted, found):
        where = f"{table} {each.key}"
        if each.attribute is not None:
            lines.append(f"{where}: {each.attribute} is {each.found!r}, wanted {each.wanted!r}")
        elif each.found is None:
            lines.append(f"{where}: missing, wanted {each.wanted}")
        else:
            lines.append(f"{where}: unexpected, found {each.found}")
    return sorted(lines)
