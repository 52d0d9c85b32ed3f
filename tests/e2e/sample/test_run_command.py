"""`make run`: one job, on the batch of the latest run."""

from __future__ import annotations

import re

import pytest
from e2e.harness import Sandbox
from e2e.sample_delivery import STEPS, SampleSandbox, item_differences
from oracle import KEYS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))


def test_shows_the_jobs_log_and_repeating_a_job_changes_nothing(
    sandbox: Sandbox, sample: SampleSandbox
) -> None:
    before = {table: sandbox.items(table) for table in KEYS}
    done = sandbox.make("run", "JOB=insert_metrics_dynamo")
    assert done.returncode == 0, done.stdout + done.stderr
    puts = re.findall(r"^MusicStreamingKPIs 2024-06-\d\d.*put=(\d+)", done.stdout, re.M)
    assert puts
    assert set(puts) == {"0"}
    assert "SUCCEEDED in" in done.stdout
    assert item_differences(before, {table: sandbox.items(table) for table in KEYS}) == []


def test_ends_as_the_job_does_with_the_jobs_own_error_in_its_log(sandbox: Sandbox) -> None:
    done = sandbox.attempt("run", "insert_metrics_dynamo", "--args", "--batch_id does-not-exist")
    assert done.returncode == 1
    log, failed, _ = done.stdout.partition("✗ FAILED in")
    assert failed
    (_, *lines) = [line for line in log.splitlines() if "does-not-exist" in line]  # the first is the command
    assert any("Error" in line for line in lines), log


def test_names_the_jobs_there_are(sandbox: Sandbox) -> None:
    done = sandbox.attempt("run", "no_such_job")
    assert done.returncode == 1
    assert f"expected a job's name: one of {', '.join(STEPS)}" in done.stderr
