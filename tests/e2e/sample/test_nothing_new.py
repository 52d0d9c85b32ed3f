"""A run that finds nothing new in landing does nothing."""

from __future__ import annotations

import pytest
from e2e.sample_delivery import ALL_TASKS, SampleSandbox, Stage, item_differences

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def again(sample: SampleSandbox) -> Stage:
    """Triggered once more."""
    return sample.stage(sample.run_dag)


def test_a_second_trigger_skips_the_work(again: Stage) -> None:
    done = {"check_files": "success", "skip_execution": "success"}
    assert again.after.tasks == {**dict.fromkeys(ALL_TASKS, "skipped"), **done}


def test_a_second_trigger_changes_nothing(again: Stage) -> None:
    assert item_differences(again.before.items, again.after.items) == []
    assert again.after.ledger == again.before.ledger
    assert again.after.objects == again.before.objects
