"""A sandbox for tests installs what the project's sandbox needs before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import MagicMock, call

import pytest
from botocore.exceptions import ClientError
from checkout import project_at, write_project

from glue_sandbox import clients, command, hints
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.testing import sandbox


@pytest.mark.parametrize(("version", "environment"), [("3.2.1", "airflow"), ("2.11.2", "airflow-2.11.2")])
def test_airflow_is_installed_in_the_version_that_the_project_names(
    version: str, environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_at(tmp_path)
    airflow = project.airflow.model_copy(update={"version": version})
    project = project.model_copy(update={"airflow": airflow})
    settings = Settings(project=project, state=tmp_path / "state", home=tmp_path / "home", mode="embedded")
    done: list[tuple[str, ...]] = []

    def installed(_: Path, names: Sequence[str]) -> None:
        done.append(tuple(names))

    monkeypatch.setattr(command, "set_up", installed)
    monkeypatch.setattr(sandbox, "start", lambda _: done.append(("started",)))
    with sandbox.sandbox_for_tests(settings):
        assert done == [("glue", environment, "ministack"), ("started",)]


def test_airflow_is_not_installed_for_a_project_of_glue_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sandbox.toml").write_text('name = "alone"\n')
    done: list[str] = []
    monkeypatch.setattr(command, "set_up", lambda _, names: done.extend(names))
    command.set_up_for(
        Settings(project=load_project(tmp_path / "sandbox.toml"), home=tmp_path), command.SERVICES
    )
    assert done == ["glue", "ministack"]


def test_commands_are_told_as_the_project_types_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services get these words: containers that run already would be replaced for others."""
    settings = Settings(project=load_project(write_project(tmp_path)), state=tmp_path, home=tmp_path)
    monkeypatch.setattr(command, "set_up", lambda *_: None)
    monkeypatch.setattr(sandbox, "start", lambda _: None)
    try:
        with sandbox.sandbox_for_tests(settings):
            assert hints.typed("make up") == "glue-sandbox up"
    finally:
        hints.use(hints.MAKE)


class TooManyRunsError(Exception):
    """Glue's ConcurrentRunsExceededException, as its client has it."""


def glue_that_refuses(times: int) -> MagicMock:
    """Glue with other runs of the job under way when it is asked first."""
    glue = MagicMock()
    glue.exceptions.ConcurrentRunsExceededException = TooManyRunsError
    glue.start_job_run.side_effect = [TooManyRunsError("exceeded")] * times + [{"JobRunId": "a"}]
    glue.get_job_run.return_value = {"JobRun": {"JobRunState": "SUCCEEDED"}}
    return glue


def test_a_run_waits_for_its_turn_but_not_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = sandbox.TestSandbox(Settings(project=project_at(tmp_path), state=tmp_path, home=tmp_path))
    monkeypatch.setattr(sandbox, "POLL_SECONDS", 0)
    glue = glue_that_refuses(2)
    monkeypatch.setattr(box, "client", lambda _: glue)
    assert box.run_job("load", day=1) == {"JobRunState": "SUCCEEDED"}
    assert glue.start_job_run.call_args_list == [call(JobName="load", Arguments={"--day": "1"})] * 3
    glue = glue_that_refuses(1)
    with pytest.raises(AssertionError, match="job load had no turn in time: exceeded"):
        box.run_job("load", seconds=-1)


def test_a_module_s_bucket_is_nobody_else_s_and_goes_with_its_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = MagicMock()
    s3.head_bucket.side_effect = ClientError({"Error": {"Code": "404"}}, "HeadBucket")
    pages = [{"Contents": [{"Key": "a"}]}, {"Contents": [{"Key": "b"}]}, {}]
    s3.get_paginator("list_objects_v2").paginate.return_value = pages
    monkeypatch.setattr(clients, "s3", lambda _: s3)
    settings = Settings(project=project_at(tmp_path), state=tmp_path, home=tmp_path, region="eu-west-1")
    box = sandbox.TestSandbox(settings)
    with box.own_bucket("tests/test_Load.py") as one, box.own_bucket("tests/test_Load.py") as other:
        assert (one[:-8], other[:-8]) == ("tests-test-load-py-", "tests-test-load-py-")
        assert one != other
        s3.delete_bucket.assert_not_called()
    there = {"LocationConstraint": "eu-west-1"}
    assert s3.create_bucket.call_args_list == [
        call(Bucket=name, CreateBucketConfiguration=there) for name in (one, other)
    ]
    assert call(Bucket=one, Key="b") in s3.delete_object.call_args_list
    assert s3.delete_bucket.call_args_list == [call(Bucket=other), call(Bucket=one)]
