"""What `make seed` says at its end of the stream files that it delivered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from music.deliveries import seed
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


def test_a_file_that_is_not_there_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed, "airflow_state", lambda _: pytest.fail("asked"))
    missing = tmp_path / "missing.csv"
    with pytest.raises(SandboxError) as caught:
        seed.deliver(Settings(), seed.Order([missing]))
    assert caught.value.found == f"no {missing}"
