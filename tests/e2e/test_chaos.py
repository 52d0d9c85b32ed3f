"""A short fault campaign: every class of fault over a few deliveries, and nothing is lost or left of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from chaos.__main__ import run
from chaos.campaign import NEVER
from chaos.faults import ARCHIVE, BY_NAME, CHECK_ARCHIVED, CRAWL

from glue_sandbox.settings import load_settings

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(2400)]

SEED = 3
LEAST = 20


def test_after_faults_of_every_class_nothing_is_lost_doubled_or_left(tmp_path: Path) -> None:
    settings = load_settings().model_copy(update={"glue_warm_drivers": 0})  # they cost a third of its time
    report = run(settings, len(BY_NAME), SEED, tmp_path)
    assert report.is_right, report.text
    assert report.shortfall == ""
    assert len(report.hits) >= LEAST
    assert {hit.fault.name for hit in report.hits} == set(BY_NAME), report.text
    # A run that breaks off when the last file has left landing leaves no work, so no other run follows it.
    never = [hit.fault.step for hit in report.hits if hit.mended == NEVER]
    assert set(never) <= {ARCHIVE, CHECK_ARCHIVED, CRAWL}, report.text
    assert "0 are lost and 0 doubled" in report.path.read_text(encoding="utf-8")
