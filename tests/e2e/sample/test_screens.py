"""The first hour on a terminal: commands at some widths show whole ids, and are never silent for long."""

from __future__ import annotations

import time

import pytest
from deliveries import ROOT
from e2e.harness import Sandbox
from e2e.sample_delivery import SampleSandbox
from pseudo_terminal import Watched, watch

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
WIDTHS = (60, 80, 120)
LONGEST_SILENCE = 2.0
"""Seconds, on a machine that has nothing else to do."""
STARTS = 4.0
"""On another one, as long as that many starts of the command line take there."""
SECONDS = 900.0


def typed(sandbox: Sandbox, width: int, *words: str) -> Watched:
    """Run `make <words>` on a terminal; it must succeed, and must not be silent for long."""
    shown = watch(["make", *words], width, sandbox.environment, ROOT, SECONDS)
    assert shown.code == 0, shown.screen
    if shown.longest_silence > LONGEST_SILENCE:
        began = time.monotonic()
        sandbox.command("--help")
        allowed = STARTS * (time.monotonic() - began)
        assert shown.longest_silence < allowed, f"after: {shown.said_before!r}"
    return shown


@pytest.mark.parametrize("width", WIDTHS)
def test_services_and_addresses_are_whole(sample: SampleSandbox, width: int) -> None:
    screen = typed(sample.sandbox, width, "status").screen.split()
    for name in (*sample.sandbox.services, f"http://localhost:{sample.sandbox.ports['SANDBOX_PORT']}"):
        assert name in screen


@pytest.mark.parametrize("width", WIDTHS)
def test_ids_of_runs_are_whole(sample: SampleSandbox, width: int) -> None:
    screen = typed(sample.sandbox, width, "runs").screen.split()
    assert sample.delivered.run.run_id in screen


@pytest.mark.parametrize(
    ("command", "width"), [("kpis", 60), ("rejected", 80), ("audit", 120), ("watch", 80), ("doctor", 60)]
)
def test_a_look_at_it_begins_at_once(sample: SampleSandbox, command: str, width: int) -> None:
    assert typed(sample.sandbox, width, command).screen


def test_a_run_and_a_recompute_are_seen_at_work(sample: SampleSandbox) -> None:
    screen = typed(sample.sandbox, 80, "recompute", "FROM=2024-06-25", "TO=2024-06-25").screen
    assert "  insert_metrics_dynamo  success  (" in screen
    assert "1 day recomputed; see them: make kpis DATE=2024-06-25" in screen
