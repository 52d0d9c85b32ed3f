"""Bookmarks over random arrivals, failures, resets and rewinds: nothing is lost, nothing is read twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from glue_service.in_process import app_in
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from local_glue.bookmarks import entries
from local_glue.dynamicframe.bookmarks.bookmarks import Bookmarks
from local_glue.dynamicframe.sources.files import DataFile
from local_glue.http.app import App

JOB, CTX = "a job", "source"
ENABLED = {"job_bookmark_option": "job-bookmark-enable"}
Version = tuple[str, str]


class Service:
    """The service without HTTP."""

    def __init__(self, app: App) -> None:
        self.app = app

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = self.app.answer_bookmark("", json.dumps(request).encode())
        output: dict[str, Any] = json.loads(answer.body)
        if answer.status != 200:
            raise RuntimeError(output["Message"])
        return output

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        answer = self.app.answer(operation, "", json.dumps({"JobName": JOB, **params}).encode())
        output: dict[str, Any] = json.loads(answer.body)
        return output


class Arrivals(RuleBasedStateMachine):
    """Files arrive and runs read them; `consumed` is what saved runs have read, worked out by other means."""

    app: App

    def __init__(self) -> None:
        super().__init__()
        with self.app.store.transaction(self.scope()) as documents:
            documents.delete("bookmark", JOB)
        self.service = Service(self.app)
        self.now = 1_700_000_000.0
        self.files: dict[str, DataFile] = {}
        self.consumed: set[Version] = set()
        self.after_run: dict[str, set[Version]] = {}
        self.runs = 0

    @staticmethod
    def scope() -> Any:
        from local_glue.store import Scope

        return Scope("000000000000", "us-east-1")

    @rule(seconds=st.sampled_from([0.0, 0.3, 1.7, 59.0, 901.0, 90_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(numbers=st.lists(st.integers(0, 5), min_size=1, max_size=4))
    def files_arrive_or_are_rewritten(self, numbers: list[int]) -> None:
        for number in numbers:
            self.write(number)

    def write(self, number: int) -> None:
        path = f"s3://b/{number}.json"
        written = f"etag {len(self.files)} {self.now} {number} {self.runs}"
        # S3 says when an object was written in whole seconds.
        self.files[path] = DataFile(path, 1, int(self.now) * 1000, "s3://b", written)

    @rule(
        waits=st.sampled_from([0.0, 902.0]),
        ends_well=st.booleans(),
        late=st.integers(0, 5),
        bound=st.sampled_from([None, 1, 2]),
        band_ms=st.sampled_from([900_000, 5_000]),
    )
    def job_runs(self, waits: float, ends_well: bool, late: int, bound: int | None, band_ms: int) -> None:
        self.now += waits
        self.runs += 1
        run_id = f"jr_{self.runs}"
        bookmarks = Bookmarks(lambda: self.service, lambda: self.now)  # type: ignore[arg-type, return-value]
        bookmarks.init(JOB, None, {**ENABLED, "JOB_RUN_ID": run_id})
        self.now += 0.5
        options = {"maxBand": band_ms, **({"boundedFiles": bound} if bound else {})}
        read = bookmarks.new_files(CTX, list(self.files.values()), options)
        expected = {version(file) for file in self.files.values()} - self.consumed
        if bound is None:
            assert {version(file) for file in read} == expected
        else:
            assert {version(file) for file in read} <= expected
            assert len(read) == min(bound, len(expected))
        assert len(read) == len({file.path for file in read})
        self.now += 0.4
        self.write(late)
        if ends_well:
            bookmarks.commit()
            self.consumed = self.consumed | {version(file) for file in read}
            self.after_run[run_id] = self.consumed

    @precondition(lambda self: self.after_run)
    @rule(data=st.data())
    def bookmark_is_rewound(self, data: st.DataObject) -> None:
        run_id = data.draw(st.sampled_from(sorted(self.after_run)))
        self.service.call("ResetJobBookmark", RunId=run_id)
        self.consumed = self.after_run[run_id]

    @precondition(lambda self: self.after_run)
    @rule()
    def bookmark_is_reset(self) -> None:
        self.service.call("ResetJobBookmark")
        self.consumed = set()

    @rule()
    def bookmark_is_set_to_now(self) -> None:
        with self.app.store.transaction(self.scope()) as documents:
            entries.set_read_until(documents, JOB, int(self.now) * 1000 + 999)
        self.now = int(self.now) + 1.0  # the command returns in the next second
        self.consumed = {version(file) for file in self.files.values()}

    @invariant()
    def entry_is_known(self) -> None:
        if self.after_run:
            entry = self.service.call("GetJobBookmark")["JobBookmarkEntry"]
            assert entry["JobName"] == JOB


def version(file: DataFile) -> Version:
    return file.path, file.version


def test_nothing_is_lost_and_nothing_is_read_twice(tmp_path: Path) -> None:
    class Here(Arrivals):
        app = app_in(tmp_path)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(app_in(tmp_path))


def begun(service: Service, run_id: str, **args: str) -> Bookmarks:
    bookmarks = Bookmarks(lambda: service, lambda: 1_700_000_000.0)  # type: ignore[arg-type, return-value]
    bookmarks.init(JOB, None, {**ENABLED, "JOB_RUN_ID": run_id, **args})
    return bookmarks


def file(name: str, seconds: int = 1_699_999_999) -> DataFile:
    return DataFile(f"s3://b/{name}", 1, seconds * 1000, "s3://b", "etag")


def test_an_entry_grows_as_aws_shows_it(service: Service) -> None:
    first = begun(service, "jr_1")
    first.new_files(CTX, [file("a")], {})
    first.commit()
    entry = service.call("GetJobBookmark")["JobBookmarkEntry"]
    state = json.loads(entry.pop("JobBookmark"))[CTX]
    assert entry == {"JobName": JOB, "Version": 2, "Run": 2, "Attempt": 0, "RunId": "jr_1"}
    known = state["timestamps"]
    assert (state["jsonClass"], known["RUN"], known["HIGH_BAND"], known["CURR_RUN_START_TIME"]) == (
        "HadoopDataSourceJobBookmarkState",
        "1",
        "900000",
        "2023-11-14T22:13:20.000Z",
    )
    begun(service, "jr_2").commit()
    entry = service.call("GetJobBookmark")["JobBookmarkEntry"]
    assert (entry["Version"], entry["Run"], entry["PreviousRunId"]) == (4, 3, "jr_1")


def test_an_attempt_after_a_failure_is_counted(service: Service) -> None:
    begun(service, "jr_1")
    begun(service, "jr_1_attempt_1")
    entry = service.call("GetJobBookmark")["JobBookmarkEntry"]
    assert (entry["Attempt"], entry["Run"], entry["PreviousRunId"]) == (1, 1, "jr_1")


def test_of_two_runs_at_once_the_first_to_begin_may_not_save(service: Service) -> None:
    slow, quick = begun(service, "jr_1"), begun(service, "jr_2")
    quick.commit()
    with pytest.raises(RuntimeError) as caught:
        slow.commit()
    assert str(caught.value) == (
        "GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR: Continuation update failed due to version mismatch. "
        "Expected version 1 but found version 3"
    )


def test_a_paused_run_reads_between_two_runs_and_saves_nothing(service: Service) -> None:
    files = [file("a")]
    for number in (1, 2, 3):
        run = begun(service, f"jr_{number}")
        run.new_files(CTX, files, {})
        run.commit()
        files = [*files, file(f"after {number}")]
    before = service.call("GetJobBookmark")
    between = {"job_bookmark_from": "jr_1", "job_bookmark_to": "jr_3"}
    paused = begun(service, "jr_4", job_bookmark_option="job-bookmark-pause", **between)
    assert [one.path for one in paused.new_files(CTX, files, {})] == ["s3://b/after 1", "s3://b/after 2"]
    paused.commit()
    assert service.call("GetJobBookmark") == before


def test_without_a_context_or_the_option_everything_is_read(service: Service) -> None:
    run = begun(service, "jr_1")
    run.new_files(CTX, [file("a")], {})
    run.commit()
    assert begun(service, "jr_2").new_files("", [file("a")], {}) == [file("a")]
    off = begun(service, "jr_3", job_bookmark_option="job-bookmark-disable")
    assert off.new_files(CTX, [file("a")], {}) == [file("a")]


@pytest.mark.parametrize("operation", ["GetJobBookmark", "ResetJobBookmark"])
def test_a_job_without_a_bookmark_is_not_found(service: Service, operation: str) -> None:
    answer = service.call(operation)
    assert (answer["__type"], answer["Message"]) == (
        "EntityNotFoundException",
        f"Continuation for job {JOB} not found",
    )
