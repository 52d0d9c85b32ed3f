"""An alert says what failed, why, which files wait, what happens next, and where to look."""

from __future__ import annotations

from dataclasses import replace

from alert_texts import Failure, failure_text, recovery_text

FAILURE = Failure(
    run_id="scheduled__2026-01-02T03:04:05+00:00",
    step="calculate_metrics_etl",
    why="FAILED: KeyError: 'no such column'",
    waiting=["spotify_data/user_streams/a.csv", "spotify_data/user_streams/b.csv"],
    schedule="*/5 * * * *",
    airflow_url="http://airflow/log",
    log="/aws-glue/jobs/error and /output, stream jr_1",
)


def test_a_failure_is_readable_as_a_whole() -> None:
    assert (
        failure_text(FAILURE)
        == """\
A run of music_streaming_pipeline failed in calculate_metrics_etl; Airflow has given up on this run.

Why:     FAILED: KeyError: 'no such column'
Files:   2 files wait in landing, not lost:
           spotify_data/user_streams/a.csv
           spotify_data/user_streams/b.csv
Next:    the next run (schedule */5 * * * *) starts by itself and takes these files up again.
         Act only if that fails, too: correct what its log says, then deploy the correction.
Airflow: http://airflow/log
Log:     CloudWatch Logs /aws-glue/jobs/error and /output, stream jr_1
Run:     scheduled__2026-01-02T03:04:05+00:00"""
    )


def test_without_files_a_schedule_or_a_glue_run_it_says_so() -> None:
    text = failure_text(replace(FAILURE, waiting=[], schedule=None, log=""))
    assert "Files:   none of this run waits in landing" in text
    assert (
        "starts with the next delivery or when somebody triggers it, does what is left of this one." in text
    )
    assert "Log:" not in text


def test_of_many_files_the_first_ten_are_named() -> None:
    text = failure_text(replace(FAILURE, waiting=[f"f{number:02}.csv" for number in range(12)]))
    assert "12 files wait in landing" in text
    assert "f09.csv\n           and 2 more\n" in text
    assert "f10.csv" not in text
    assert "1 file waits in landing" in failure_text(replace(FAILURE, waiting=["a.csv"]))


def test_well_again_names_the_runs_that_failed_before() -> None:
    assert (
        recovery_text("run-3", ["run-1", "run-2"], "s3://b/batches/run-3/")
        == """\
A run of music_streaming_pipeline has succeeded: KPIs are up to date. Nothing has to be done.

Before:  2 failed, the latest:
           run-1
           run-2
Run:     run-3
Results: s3://b/batches/run-3/"""
    )
