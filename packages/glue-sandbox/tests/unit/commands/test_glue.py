"""`glue-sandbox glue coverage` prints what local-glue says of itself, with no sandbox running."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from glue_sandbox.cli import build_app
from local_glue.api import coverage_text


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A command line whose tidying of the environment ends with the test."""
    monkeypatch.setattr("os.environ", {"PATH": "/bin"})
    return CliRunner()


def test_people_get_a_text_and_scripts_get_json(runner: CliRunner) -> None:
    text = runner.invoke(build_app(None), ["glue", "coverage"]).output
    assert text.split() == coverage_text.as_text().split()
    assert (
        runner.invoke(build_app(None), ["glue", "coverage", "--json"]).output
        == f"{coverage_text.as_json()}\n"
    )
