"""Which days are recomputed, and the list of pending dates that has it done."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any
from unittest.mock import Mock

import pytest
from unit.fake_s3 import FakeS3

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import FailedRunError
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from music import recompute
from music.date_range import DateRange

EVERY = DateRange(None, None)
DAYS = ["2024-06-24", "2024-06-25", "2024-06-27"]


@pytest.mark.parametrize(
    ("first", "last", "chosen"),
    [
        (None, None, DAYS),
        ("2024-06-25", None, DAYS[1:]),
        (None, "2024-06-26", DAYS[:2]),
        ("2024-06-25", "2024-06-25", ["2024-06-25"]),
    ],
)
def test_the_days_with_listens_from_the_first_to_the_last(
    first: str | None, last: str | None, chosen: list[str]
) -> None:
    assert recompute.chosen_days(DAYS, DateRange(first, last)) == chosen


@pytest.mark.parametrize(
    ("existing", "message"),
    [
        (DAYS, "found 2024-06-24 to 2024-06-27; next: make recompute FROM=2024-06-24 TO=2024-06-27"),
        ([], "found no day with data; next: make seed"),
    ],
)
def test_a_range_without_data_is_refused_with_the_days_that_exist(existing: list[str], message: str) -> None:
    with pytest.raises(SandboxError, match=f"from 2024-07-01 to the last; {message}"):
        recompute.chosen_days(existing, DateRange("2024-07-01", None))


def test_days_whose_listens_are_gone_are_known_by_their_results(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3()
    monkeypatch.setattr(recompute, "s3", lambda _: s3)
    for key in (
        "curated/listens/listen_date=2024-06-25/part",
        "curated/listens/_temporary/0/part",
        "output/track_level_reports/report_date=2024-06-25/part",
        "output/track_level_reports/report_date=2024-06-26/part",
        "loaded/track_level_reports/2024-06-27/snapshot",
    ):
        s3.deliver(key, b"x")
    assert recompute.days_with_data(Settings()) == (
        {"2024-06-25"},
        {"2024-06-25", "2024-06-26", "2024-06-27"},
    )


def test_each_list_of_pending_dates_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3()
    monkeypatch.setattr(recompute, "s3", lambda _: s3)
    lists = {recompute.write_pending_dates(Settings(), DAYS) for _ in range(3)}
    assert set(s3.keys("pending/")) == lists
    assert len(lists) == 3
    assert json.loads(s3.text(lists.pop())) == DAYS


class Deployed(Exception):  # noqa: N818 - what happened
    """Raised by a deployment: nothing comes after it."""


def test_what_was_edited_is_deployed_before_any_day_is_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    def deploy(_: Settings) -> None:
        raise Deployed

    s3 = FakeS3()
    s3.deliver("curated/listens/listen_date=2024-06-25/part", b"x")
    monkeypatch.setattr(recompute, "s3", lambda _: s3)
    monkeypatch.setattr(recompute, "airflow_state", lambda _: State.HEALTHY)
    monkeypatch.setattr(recompute, "deploy_changes", deploy)
    with pytest.raises(Deployed):
        recompute.recompute(Settings(), EVERY, every_day=True)
    assert s3.keys("pending/") == []


def test_one_day_is_named_once() -> None:
    assert recompute.in_words(["2024-06-25"]) == "1 day, 2024-06-25"
    assert recompute.in_words(DAYS) == "3 days, 2024-06-24 to 2024-06-27"


def test_of_several_days_the_busiest_is_named_to_be_seen() -> None:
    counts = {"2024-06-24": 2, "2024-06-25": 9, "2024-06-27": 1}
    reader: Any = Mock(day=lambda date: {"listen_count": counts[date]})
    assert recompute.how_to_see(reader, DAYS) == "; see the busiest: make kpis DATE=2024-06-25"
    assert recompute.how_to_see(reader, DAYS[2:]) == "; see them: make kpis DATE=2024-06-27"
    assert recompute.how_to_see(reader, []) == ""


def test_without_days_nothing_is_recomputed_and_it_says_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recompute, "airflow_state", lambda _: State.STOPPED)
    monkeypatch.setattr(recompute, "days_with_data", lambda _: (set(DAYS), set()))
    written: list[list[str]] = []
    monkeypatch.setattr(recompute, "write_pending_dates", lambda _, days: written.append(days))
    with pytest.raises(SandboxError) as caught:
        recompute.recompute(Settings(), EVERY, every_day=False)

    assert caught.value.found == "none named; there is data of 3 days, 2024-06-24 to 2024-06-27"
    assert caught.value.next_command.endswith("or all of them: make recompute ALL=1")
    recompute.recompute(Settings(), EVERY, every_day=True)
    recompute.recompute(Settings(), DateRange("2024-06-25", None), every_day=False)
    assert written == [DAYS, DAYS[1:]]


class BusyDag:
    """A run is at work; the one that is started after it fails."""

    def runs(self) -> list[DagRun]:
        return [DagRun("d", "s3__first", "manual", "running", None, None)]

    def tasks(self, _: DagRun) -> list[TaskInstance]:
        names = ("check_files", "validate_input_files")
        return [TaskInstance(name, "running", 1, None, None) for name in names]

    def trigger(self) -> DagRun:
        return DagRun("d", "manual__1", "manual", "queued", None, None)

    def follow_run(self, *_: object) -> DagRun:
        raise FailedRunError("run manual__1 to succeed", "task calculate_metrics_etl failed", "make logs")


def test_it_is_said_which_run_comes_first_and_after_a_failure_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recompute, "airflow_state", lambda _: State.HEALTHY)
    monkeypatch.setattr(recompute, "days_with_data", lambda _: (set(DAYS), set()))
    monkeypatch.setattr(recompute, "deploy_changes", lambda _: None)
    monkeypatch.setattr(recompute, "write_pending_dates", lambda *_: "pending/a.json")
    monkeypatch.setattr(recompute, "open_dag", lambda _: nullcontext(BusyDag()))
    with pytest.raises(SandboxError) as caught:
        recompute.recompute(Settings(), DateRange("2024-06-25", None), every_day=False)

    assert (
        "run s3__first is at check_files (step 1 of 2); this one begins when it is" in capsys.readouterr().out
    )
    assert caught.value.next_command == (
        "correct what its log says, then: make recompute FROM=2024-06-25 TO=2024-06-27 (until it succeeds,"
        " each run tries these days again); make logs"
    )
