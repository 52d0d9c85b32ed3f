"""What `make seed` says at its end of the stream files that it delivered."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from music.deliveries import seed
from music.deliveries.outcome import outcome_lines

GOOD = {"validation_status": "SUCCESS", "new_listens": Decimal(5), "duplicate_rows": Decimal(0)}
SOME_BAD = {
    **GOOD,
    "duplicate_rows": Decimal(1),
    "rejected_rows": Decimal(3),
    "rejected_reasons": {"bad_listen_time": Decimal(1), "field_count": Decimal(2)},
}
REFUSED = {"validation_status": "FAILED", "error": "missing_column: expected track_id, found user_id"}


def test_files_without_a_fault_are_processed_and_nothing_else_is_said() -> None:
    assert [*outcome_lines([GOOD, GOOD], "make kpis", "on purpose")] == [
        "[green]✓[/] 2 stream files processed: 10 new listens; see the KPIs: make kpis"
    ]


def test_of_what_was_here_already_nothing_is_new() -> None:
    others = {**GOOD, "new_listens": Decimal(0), "duplicate_rows": Decimal(2)}
    the_same = {**GOOD, "file_key": "a.csv", "new_listens": Decimal(2)}
    for row, again in ((others, set()), (the_same, {"a.csv"})):
        assert [*outcome_lines([row], "make kpis", "", again)] == [
            "[green]✓[/] 1 stream file processed: no new listen, 2 rows here already or twice in it;"
            " see the KPIs: make kpis"
        ]


def test_refused_files_and_rejected_rows_are_told_with_why_and_where_each_of_them_is_seen() -> None:
    assert [*outcome_lines([GOOD, SOME_BAD, REFUSED], "make kpis DATE=2024-06-25", "on purpose: a test")] == [
        "[green]✓[/] 2 stream files processed: 10 new listens, 1 row here already or twice in it;"
        " see the KPIs: make kpis DATE=2024-06-25",
        "[yellow]✗[/] 1 stream file refused as a whole: 1 missing column; see each: make rejected",
        "[yellow]✗[/] 3 rows rejected: 2 wrong number of fields, 1 bad listen time; see each: make rejected",
        "  on purpose: a test",
    ]


def test_where_all_were_refused_nothing_is_called_processed() -> None:
    assert [*outcome_lines([REFUSED], "make kpis")] == [
        "[yellow]✗[/] 1 stream file refused as a whole: 1 missing column; see each: make rejected"
    ]


def test_sample_and_generated_files_say_that_their_flaws_are_on_purpose(tmp_path: Path) -> None:
    assert seed.sample_order(Settings()).on_purpose.startswith("on purpose: the sample has flaws")
    assert seed.generated_order(tmp_path).on_purpose.startswith("on purpose: of generated rows, one in 1,000")


def test_a_file_that_is_not_there_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seed, "airflow_state", lambda _: pytest.fail("asked"))
    missing = tmp_path / "missing.csv"
    with pytest.raises(SandboxError) as caught:
        seed.deliver(Settings(), seed.Order([missing]))
    assert caught.value.found == f"no {missing}"
