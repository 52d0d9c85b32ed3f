"""Curated listens and KPI tables: each item equals a recount, and the loader knows what the tables hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from glue_sandbox.terminal.words import counted
from music.audit.checks.disagreement import Check, Disagreement, recompute_command
from music.audit.compare import differences
from music.audit.snapshot import AuditSnapshot
from music_streams import layout
from music_streams.contracts import KPI_TABLES, KpiTable

LONGEST_VALUE = 200
"""Characters of a value that are shown."""


def curated_holds_each_listen_once(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield dates with a listen in two curated files; there may be one from a kill until the next run."""
    for date, count in sorted(snapshot.repeated_listens.items()):
        yield Disagreement(
            layout.curated_partition(date),
            "each listen once",
            f"{count} of them in more than one file; the KPIs count each once",
            recompute_command(date),
        )


def loaded_snapshots_equal_the_tables(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
    """Yield dates of which a table holds something else than the loader's snapshot says.

    The loader writes the differences from its snapshot only, so these would never be corrected.
    """
    for table in KPI_TABLES:
        for date, loaded in sorted(snapshot.loaded_snapshots.get(table.name, {}).items()):
            items = [item for item in snapshot.items.get(table.name, []) if item[table.date_column] == date]
            prefix = layout.loaded_prefix(table, date)
            if len(loaded) != 1:
                yield Disagreement(prefix, "one snapshot", f"{len(loaded):,}", recompute_command(date))
            elif any(differences(table.key, loaded[0], items)):
                yield Disagreement(
                    prefix,
                    f"{counted(len(items), 'item')}, as {table.name} has",
                    f"a snapshot of {counted(len(loaded[0]), 'item')}, not all of them the same",
                    f"something else changed the table: remove this snapshot, then {recompute_command(date)}",
                )


def recount_of(table: KpiTable) -> Check:
    """Return the check that every item of one table equals the recount; none is stale or missing."""
    date_position = table.key.index(table.date_column)

    def check(snapshot: AuditSnapshot) -> Iterator[Disagreement]:
        recounted, items = snapshot.recounted.get(table.name, []), snapshot.items.get(table.name, [])
        for each in differences(table.key, recounted, items):
            attribute = "" if each.attribute is None else f"{each.attribute} "
            yield Disagreement(
                f"{table.name} {' / '.join(each.key)}",
                "no such item" if each.wanted is None else f"{attribute}{_shortened(each.wanted)}",
                "no such item" if each.found is None else f"{attribute}{_shortened(each.found)}",
                recompute_command(each.key[date_position]),
            )

    return check


def _shortened(value: Any) -> str:
    text = str(_without_types(value))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _without_types(value: Any) -> Any:
    """Return Decimals as the numbers they are, for people."""
    if isinstance(value, dict):
        return {name: _without_types(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_types(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
