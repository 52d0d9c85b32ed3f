"""Prints the KPI tables of a sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from glue_sandbox.console import out
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from music.kpis.reader import Item, KpiReader
from music.kpis.view import RECENT_DAYS, day_details, day_summary, files, refused


def print_kpis(settings: Settings, date: str | None) -> None:
    """All days in short, one day in full, the files of the latest run."""
    reader = KpiReader(settings)
    dates = reader.dates()
    chosen = date or (dates[-1] if dates else None)
    if chosen not in dates or chosen is None:
        there = f"one of {', '.join(dates[-RECENT_DAYS:])}" if dates else "results in DynamoDB"
        raise SandboxError(
            there, f"none for {date}" if date else "none yet", "make kpis" if dates else "make seed"
        )
    print_day(reader, dates, chosen)
    manifests = reader.manifests()
    if manifests:
        print_files(reader, manifests[-1:])


def print_day(reader: KpiReader, dates: list[str], date: str) -> None:
    """The days' totals, and one day's tables."""
    for table in (day_summary(reader, dates[-RECENT_DAYS:]), *day_details(reader, date)):
        out.print()
        out.print(table)
    others = [each for each in dates if each != date]
    if others:
        out.print(f"\nanother day: make kpis DATE={others[-1]}", style="dim")


def print_files(reader: KpiReader, manifests: Iterable[Item]) -> list[Item]:
    """What became of the files of some runs; returns their ledger rows."""
    keys = {file["key"] for manifest in manifests for file in manifest["files"]}
    rows = reader.ledger(sorted(keys))
    for table in (files(rows), refused(rows)):
        if table:
            out.print()
            out.print(table)
    return rows


def busiest(reader: KpiReader, dates: list[str]) -> str | None:
    """The day with most listens; None when there is none."""
    return max(
        dates, key=lambda date: (reader.day(date) or {"listen_count": 0})["listen_count"], default=None
    )
