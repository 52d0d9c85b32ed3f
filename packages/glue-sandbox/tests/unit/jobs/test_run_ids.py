"""Ids of Glue runs are long: commands take the begin of one, and narrow terminals show it."""

from __future__ import annotations

from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.run_ids import as_it_fits, run_of
from glue_sandbox.terminal.console import out

RUNS = {"load": ["jr_1a2b" + 60 * "0", "jr_1aff" + 60 * "0"], "check": ["jr_2c00" + 60 * "0"]}


class Glue:
    """Jobs and their runs, a run on a page."""

    def get_paginator(self, operation: str) -> Glue:
        self._operation = operation
        return self

    def paginate(self, JobName: str = "") -> list[dict[str, Any]]:  # noqa: N803
        if self._operation == "get_jobs":
            return [{"Jobs": [{"Name": name}]} for name in RUNS]
        return [{"JobRuns": [{"JobName": JobName, "Id": each}]} for each in RUNS[JobName]]


@pytest.mark.parametrize("begin", ["jr_1af", RUNS["load"][1]])
def test_the_begin_of_an_id_is_enough(begin: str) -> None:
    assert run_of(Glue(), begin) == {"JobName": "load", "Id": RUNS["load"][1]}


@pytest.mark.parametrize(
    ("begin", "jobs", "found"),
    [
        ("jr_1a", None, f"2 runs: {RUNS['load'][0]}, {RUNS['load'][1]}"),
        ("jr_3", None, "RUN=jr_3, and no such run"),
        ("jr_2c", ["load"], "RUN=jr_2c, and no such run"),
    ],
)
def test_none_and_several_are_told(begin: str, jobs: list[str] | None, found: str) -> None:
    with pytest.raises(SandboxError) as caught:
        run_of(Glue(), begin, jobs)
    assert caught.value.found == found


@pytest.mark.parametrize(("is_terminal", "width", "shown"), [(True, 60, 9), (True, 80, 67), (False, 60, 67)])
def test_only_a_narrow_terminal_gets_the_begin(
    *, is_terminal: bool, width: int, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "_force_terminal", is_terminal)
    monkeypatch.setattr(out, "_width", width)
    run_id = "jr_" + 64 * "0"
    assert as_it_fits(run_id) == run_id[:shown]
