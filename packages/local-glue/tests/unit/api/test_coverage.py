"""`glue-sandbox glue coverage`: the table is made of the code, with no sandbox running."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from glue_sandbox.cli import app
from local_glue.api.glue_api_model import operation_names
from local_glue.api.registry import coverage


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A command line whose tidying of the environment ends with the test."""
    monkeypatch.setattr("os.environ", {"PATH": "/bin", "COLUMNS": "200"})
    return CliRunner()


def test_the_table_has_the_count_and_every_operation(runner: CliRunner) -> None:
    answer = runner.invoke(app, ["glue", "coverage"])
    assert answer.exit_code == 0
    assert operation_names() <= set(answer.output.split())
    count = f"{len(coverage().built)} of {len(operation_names())} operations are built"
    assert count in " ".join(answer.output.split())


def test_scripts_get_it_as_json(runner: CliRunner) -> None:
    answer = runner.invoke(app, ["glue", "coverage", "--json"])
    groups = json.loads(answer.output)
    assert "GetUnfilteredPartitionMetadata" in groups["Partitions"]["missing"]
    assert {name for group in groups.values() for name in group["built"]} == set(coverage().built)
