"""A file that lands starts a run by itself: S3's event calls the Lambda, and that calls Airflow."""

from __future__ import annotations

import pytest
from e2e.sample_delivery import ALL_SUCCEEDED, SampleSandbox, Stage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def landed(sample: SampleSandbox) -> Stage:
    """A file that nobody triggered a run for."""
    return sample.stage(sample.land_last)


def test_its_arrival_starts_a_run(landed: Stage) -> None:
    assert landed.after.run.run_id.startswith("s3__")
    assert landed.after.tasks == ALL_SUCCEEDED


def test_its_listens_are_in_every_table(sample: SampleSandbox, landed: Stage) -> None:
    assert sample.oracle_differences(landed.after) == []
