"""What a test deletes before it begins: objects and items, when nothing is at work that would write again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, call

import pytest

from glue_sandbox import clients
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.testing import project_data
from glue_sandbox.testing.sandbox import TestSandbox

TEXT = """
name = "listens"
[airflow]
dag_id = "d"
[buckets]
others = ["listens-archive"]
[tables.plays]
partition = "day"
"""


def glue_with(*states: str) -> MagicMock:
    """Glue with one job, whose run is in one state after the other."""
    glue = MagicMock()
    glue.get_paginator("get_jobs").paginate.return_value = [{"Jobs": [{"Name": "load"}]}]
    runs = [{"JobName": "load", "Id": "jr_1", "JobRunState": state} for state in states]
    glue.get_job_runs.side_effect = [{"JobRuns": [run]} for run in runs]
    return glue


def test_runs_of_the_dag_and_of_its_jobs_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "sandbox.toml").write_text(TEXT)
    settings = Settings(project=load_project(tmp_path / "sandbox.toml"), state=tmp_path / "state")
    done, s3, dynamodb = MagicMock(), MagicMock(), MagicMock()
    done.attach_mock(s3.delete_object, "delete_object")
    done.attach_mock(dynamodb.Table, "table")

    @contextmanager
    def open_dag(_: Settings) -> Iterator[Any]:
        yield done.dag

    pages = [{"Contents": [{"Key": "in/"}, {"Key": "in/a.csv"}]}]
    s3.get_paginator("list_objects_v2").paginate.return_value = pages
    table = dynamodb.Table.return_value
    table.key_schema = [{"AttributeName": "day"}]
    table.scan.side_effect = [{"Items": [{"day": "1"}], "LastEvaluatedKey": {"day": "1"}}, {"Items": []}]
    monkeypatch.setattr(project_data, "open_dag", open_dag)
    monkeypatch.setattr(project_data, "wait_for_jobs", lambda *_: done.jobs())
    for name, client in (("s3", s3), ("dynamodb", dynamodb), ("client", MagicMock())):
        monkeypatch.setattr(clients, name, lambda *_, client=client: client)

    TestSandbox(settings).delete_all_data(seconds=9)
    assert done.mock_calls[:5] == [
        call.dag.settle(9),
        call.jobs(),
        call.delete_object(Bucket="listens", Key="in/a.csv"),
        call.delete_object(Bucket="listens-archive", Key="in/a.csv"),
        call.table("plays"),
    ]
    batch = table.batch_writer.return_value.__enter__.return_value
    assert batch.delete_item.call_args_list == [call(Key={"day": "1"})]
    assert table.scan.call_args.kwargs == {
        "ProjectionExpression": "#0",
        "ExpressionAttributeNames": {"#0": "day"},
        "ExclusiveStartKey": {"day": "1"},
    }


def test_a_run_that_is_at_work_is_waited_for_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_data, "POLL_SECONDS", 0)
    glue = glue_with("STARTING", "RUNNING", "FAILED")
    project_data.wait_for_jobs(glue, seconds=60)
    assert glue.get_job_runs.call_args_list == [call(JobName="load")] * 3
    with pytest.raises(SandboxError, match="expected load to end within -1 s; found run jr_1 RUNNING"):
        project_data.wait_for_jobs(glue_with("RUNNING"), seconds=-1)
