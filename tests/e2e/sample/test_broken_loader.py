"""A loader that raises: the run fails there, nothing is lost, and the next run completes it."""

from __future__ import annotations

from typing import Any

import pytest
from e2e.harness import LEDGER, Sandbox
from e2e.sample_delivery import ObservedRun, SampleSandbox, archived_names, item_differences, temporary

from glue_sandbox.airflow.client import DagRun

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
LOADER = "insert_metrics_dynamo"
BROKEN = "jobs/broken/insert_metrics_dynamo.py"
ERROR = "RuntimeError: the loader broke on purpose"
LATE_KEY = "spotify_data/user_streams/late.csv"


@pytest.fixture(scope="module")
def broken(sample: SampleSandbox) -> ObservedRun:
    """A run whose loader raised, with a late file in landing."""
    sandbox = sample.sandbox
    good = job_update(sandbox, LOADER)
    bucket = good["Command"]["ScriptLocation"].split("/")[2]
    sandbox.s3.put_object(
        Bucket=bucket, Key=BROKEN, Body=b"raise RuntimeError('the loader broke on purpose')\n"
    )

    def fail() -> DagRun:
        command = {**good["Command"], "ScriptLocation": f"s3://{bucket}/{BROKEN}"}
        sandbox.glue.update_job(JobName=LOADER, JobUpdate={**good, "Command": command})
        try:
            sample.deliver_late()
            return sandbox.run_dag()
        finally:
            sandbox.glue.update_job(JobName=LOADER, JobUpdate=good)

    return sample.observe_run(fail)


@pytest.fixture(scope="module")
def recovered(sample: SampleSandbox, broken: ObservedRun) -> ObservedRun:
    """The next run, with the loader repaired; it needs what the broken one left."""
    assert broken.after.run.state == "failed"
    return sample.observe_run(sample.run_dag)


def job_update(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A job's definition in the form that UpdateJob takes."""
    allowed = sandbox.glue.meta.service_model.shape_for("JobUpdate").members
    # AWS derives these three from one another and takes only one of them back.
    derived = {"AllocatedCapacity", "MaxCapacity"} if "NumberOfWorkers" in allowed else set()
    job = sandbox.glue.get_job(JobName=name)["Job"]
    if "WorkerType" not in job:
        derived = {"AllocatedCapacity"}
    return {key: value for key, value in job.items() if key in allowed and key not in derived}


def test_the_run_fails_in_that_step_and_goes_no_further(broken: ObservedRun) -> None:
    assert broken.after.run.state == "failed"
    assert broken.after.tasks[LOADER] == "failed"
    assert broken.after.tasks["archive_streams_files"] == "upstream_failed"


@pytest.mark.usefixtures("broken")
def test_glue_reports_the_scripts_own_last_error_line(sandbox: Sandbox) -> None:
    runs = sandbox.glue.get_job_runs(JobName=LOADER)["JobRuns"]
    failed = [run for run in runs if run["JobRunState"] == "FAILED" and ERROR in run["ErrorMessage"]]
    assert failed


def test_the_file_stays_in_landing_and_no_item_changes(broken: ObservedRun) -> None:
    assert "user_streams/late.csv" in broken.after.below("spotify_data/")
    assert broken.after.below("archive/") == broken.before.below("archive/")
    assert item_differences(broken.before.items, broken.after.items) == []


def test_the_ledger_does_not_call_it_loaded(broken: ObservedRun) -> None:
    row = broken.after.ledger[LATE_KEY]
    assert (row["kpi_ingestion_status"], row["archival_status"]) == ("PENDING", "PENDING")


@pytest.mark.usefixtures("broken")
def test_the_ledger_says_which_step_failed_why_and_what_happens_next(sandbox: Sandbox) -> None:
    """Airflow records it a moment after it has ended the run."""

    def recorded() -> dict[str, Any] | None:
        row = {row["file_key"]: row for row in sandbox.items(LEDGER)}[LATE_KEY]
        return row if row.get("what_next") == "the next run takes the file up again" else None

    row = sandbox.wait_for("the failure in the ledger", recorded)
    assert row["failed_step"] == LOADER
    assert ERROR in row["error"]


def test_people_are_told_once_of_the_failed_run(sandbox: Sandbox, broken: ObservedRun) -> None:
    """By Airflow once, after its last try; of each Glue run by EventBridge, in a topic of its own."""
    of_run = f"Run:     {broken.after.run.run_id}"
    text = sandbox.wait_for("the alert", lambda: told if of_run in (told := alerts(sandbox)) else None)
    assert text.count(of_run) == 1
    (alert,) = (part for part in text.split("\n\n2") if of_run in part)
    assert f"music_streaming_pipeline: {LOADER} failed" in alert
    assert ERROR in alert
    assert f"1 file waits in landing, not lost:\n             {LATE_KEY}" in alert
    assert f"The Glue job {LOADER} ended as FAILED" in text


def test_people_are_told_once_that_all_is_well_again(
    sandbox: Sandbox, broken: ObservedRun, recovered: ObservedRun
) -> None:
    text = alerts(sandbox)
    assert text.count(f"Run:     {recovered.after.run.run_id}") == 1
    assert text.count("well again, KPIs are up to date") == 1
    assert text.index("well again, KPIs") < text.index(f"{LOADER} failed"), "the newest comes first"
    assert f"Before:  1 failed, the latest:\n             {broken.after.run.run_id}" in text


def alerts(sandbox: Sandbox) -> str:
    """What people would have been told so far."""
    return sandbox.command("alerts", "--count", "50")


def test_late_listens_join_those_of_their_day(sample: SampleSandbox, recovered: ObservedRun) -> None:
    assert sample.oracle_differences(recovered.after) == []


def test_the_genre_and_the_song_that_were_overtaken_are_gone(recovered: ObservedRun) -> None:
    items = recovered.after.items
    tops = {item["listen_date"]: item["top_5_genres"] for item in items["TopGenresByDay"]}
    top_genres = [genre["track_genre"] for genre in tops["2024-06-25"]]
    assert top_genres == ["pop", "rock", "jazz", "ambient", "folk"]
    overtaken = [item for item in items["track_level_reports"] if item["track_id"] == "t02"]
    assert ["rank_in_genre" in item for item in overtaken] == [False]


def test_the_file_is_counted_once_and_archived(recovered: ObservedRun) -> None:
    row = recovered.after.ledger[LATE_KEY]
    assert (row["kpi_ingestion_status"], row["archival_status"]) == ("SUCCESS", "SUCCESS")
    assert not {"failed_step", "error", "what_next"} & row.keys()
    assert archived_names(recovered.after) == sorted([*archived_names(recovered.before), "late.csv"])


def test_nothing_temporary_is_left(recovered: ObservedRun) -> None:
    assert temporary(recovered.after) == []
