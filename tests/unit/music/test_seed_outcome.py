"""What `make seed` says at its end of the stream files that it delivered."""

from __future__ import annotations

from decimal import Decimal

from music.deliveries.seed import outcome_lines

GOOD = {"validation_status": "SUCCESS", "rejected_rows": Decimal(0)}
SOME_BAD = {"validation_status": "SUCCESS", "rejected_rows": Decimal(2)}
REFUSED = {"validation_status": "FAILED"}


def test_files_without_a_fault_are_processed_and_nothing_else_is_said() -> None:
    assert [*outcome_lines([GOOD, GOOD], "make kpis")] == [
        "[green]✓[/] 2 stream files processed; see the KPIs: make kpis"
    ]


def test_refused_files_and_rows_are_no_success() -> None:
    assert [*outcome_lines([GOOD, SOME_BAD, REFUSED], "make kpis DATE=2024-06-25")] == [
        "[green]✓[/] 2 stream files processed; see the KPIs: make kpis DATE=2024-06-25",
        "[yellow]✗[/] 1 stream file refused as a whole; why: make kpis",
        "[yellow]✗[/] 2 rows of them refused; which, and why: make rejected",
    ]


def test_where_all_were_refused_nothing_is_called_processed() -> None:
    assert [*outcome_lines([REFUSED], "make kpis")] == [
        "[yellow]✗[/] 1 stream file refused as a whole; why: make kpis"
    ]
