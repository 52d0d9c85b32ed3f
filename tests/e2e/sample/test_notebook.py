"""The notebook in a sandbox of containers: its Spark is on this machine, its data behind the one endpoint."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from e2e.harness import RUN_SECONDS
from e2e.sample_delivery import SampleSandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.mark.parametrize(
    "sandbox", [pytest.param("containers", marks=pytest.mark.containers)], indirect=True, scope="package"
)
def test_it_runs_to_its_last_cell(sample: SampleSandbox) -> None:
    page = unquote(urlsplit(sample.sandbox.command("notebook-report", seconds=RUN_SECONDS).split()[-1]).path)
    assert re.search(r"\d+ files, \d+ rows", Path(page).read_text(encoding="utf-8"))
