"""A run that finds nothing new in landing does nothing."""

from __future__ import annotations

import pytest
from e2e.sample_delivery import ALL_TASKS, ObservedRun, SampleSandbox, item_differences

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def again(sample: SampleSandbox) -> ObservedRun:
    """Triggered once more."""
    return sample.observe_run(sample.run_dag)


def test_a_second_trigger_skips_the_work(again: ObservedRun) -> None:
    done = {"check_files": "success", "skip_execution": "success"}
    assert again.after.tasks == {**dict.fromkeys(ALL_TASKS, "skipped"), **done}


def test_a_second_trigger_changes_nothing(again: ObservedRun) -> None:
    assert item_differences(again.before.items, again.after.items) == []
    assert again.after.ledger == again.before.ledger
    assert again.after.objects == again.before.objects
