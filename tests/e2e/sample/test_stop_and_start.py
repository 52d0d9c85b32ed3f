"""`down` leaves nothing that runs, `up` finds the data again. The last file: the others need the sandbox."""

from __future__ import annotations

import pytest
from e2e.harness import DOWN_SECONDS, Observation, Sandbox
from e2e.sample_delivery import SampleSandbox, item_differences
from oracle import KEYS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def last(sandbox: Sandbox, sample: SampleSandbox) -> Observation:
    """The state before `down`."""
    return sandbox.observe(sandbox.runs()[-1])


@pytest.mark.usefixtures("last")
def test_down_leaves_nothing_that_runs(sandbox: Sandbox) -> None:
    assert sandbox.leftovers()
    sandbox.command("down", seconds=DOWN_SECONDS)
    assert sandbox.leftovers() == []


@pytest.mark.usefixtures("last")
def test_down_twice_is_harmless(sandbox: Sandbox) -> None:
    sandbox.command("down", seconds=DOWN_SECONDS)
    assert sandbox.command("down", seconds=DOWN_SECONDS) == "nothing was running\n"


def test_up_again_finds_the_data_as_it_was_or_none_at_all(sandbox: Sandbox, last: Observation) -> None:
    """Data of processes stays; that of containers goes with the volumes, from Airflow's database on."""
    sandbox.command("down", seconds=DOWN_SECONDS)
    sandbox.command("up")
    if not sandbox.keeps_data:
        assert sandbox.runs() == []
        assert sandbox.objects() == {}
        assert {table: sandbox.items(table) for table in KEYS} == {table: [] for table in KEYS}
        return

    again = sandbox.observe(sandbox.runs()[-1])
    assert again.run.run_id == last.run.run_id
    assert item_differences(last.items, again.items) == []
    assert again.ledger.keys() == last.ledger.keys()
    assert {key: size for key, size in again.objects.items() if key in last.objects} == last.objects
