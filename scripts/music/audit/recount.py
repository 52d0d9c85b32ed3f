"""Listens and songs → the items the KPI tables must hold, by DuckDB; it shares nothing with the jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Item = dict[str, Any]
AVERAGE = "avg_listening_time_per_user"


def recounted(db: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> dict[str, list[Item]]:
    """Every item of these KPI tables, by table name, from the tables `listens` and `song_rows` of `db`.

    Numbers are int or Decimal; an attribute without a value is left out, as in DynamoDB.
    """
    define_kpis(db)
    return {table: list(items_of(db, table)) for table in tables}


def define_kpis(db: duckdb.DuckDBPyConnection) -> None:
    """Make a view of each KPI table, of the tables `listens` and `song_rows` of `db`."""
    db.execute(Path(__file__).with_name("kpis.sql").read_text(encoding="utf-8"))


def items_of(db: duckdb.DuckDBPyConnection, table: str) -> Iterator[Item]:
    """Return every item of one KPI table."""
    rows = db.execute(f'SELECT * FROM "{table}" ORDER BY ALL')  # noqa: S608 - a name of a contract
    names = [column[0] for column in rows.description or ()]
    for row in rows.fetchall():
        item = _with_values(dict(zip(names, row, strict=True)))
        if AVERAGE in item:
            item[AVERAGE] = Decimal(item[AVERAGE]).scaleb(-6)
        yield item


def _with_values(item: Item) -> Item:
    """Only the attributes that have a value, also in the maps of a list."""
    return {
        name: [_with_values(entry) for entry in value] if isinstance(value, list) else value
        for name, value in item.items()
        if value is not None
    }
