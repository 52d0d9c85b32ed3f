"""A file that lands starts a run by itself: S3's event calls the Lambda, and that calls Airflow."""

from __future__ import annotations

import pytest
from e2e.sample_delivery import ALL_SUCCEEDED, ObservedRun, SampleSandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def landed(sample: SampleSandbox) -> ObservedRun:
    """A file that nobody triggered a run for."""
    return sample.observe_run(sample.land_last)


def test_its_arrival_starts_a_run(landed: ObservedRun) -> None:
    assert landed.after.run.run_id.startswith("s3__")
    assert landed.after.tasks == ALL_SUCCEEDED


def test_its_listens_are_in_every_table(sample: SampleSandbox, landed: ObservedRun) -> None:
    assert sample.oracle_differences(landed.after) == []
