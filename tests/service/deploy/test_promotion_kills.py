"""A promotion that is killed at any of its calls is gone on with, and is never half a release in silence.

A small project in an emulator; each call that changes something is a place to be killed at: before it was
sent, and after AWS has done it and before anybody heard of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3
import pytest
from glue_service.servers import emulator_server

from glue_sandbox.project import load_project
from glue_sandbox.promote import changes, drift, promotion
from glue_sandbox.promote.content import Content, content_of
from glue_sandbox.promote.environment import AirflowTarget, Buckets, Environment
from glue_sandbox.promote.plan import Plan, make_plan
from glue_sandbox.promote.releases import (
    Manifest,
    content_of_release,
    history,
    latest_manifest,
    release_id,
)
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.view import plan_lines
from glue_sandbox.settings import Settings, load_settings

PROJECT = """\
name = "small"
[airflow]
dag_id = "small"
requirements = "requirements.txt"
[airflow.environment]
SMALL_LOG = "{LogName}"
[templates]
folder = "infra"
order = ["artifacts", "logs"]
[templates.parameters]
Bucket = "{artifact_bucket}"
"""
ARTIFACTS = """\
Parameters: {Bucket: {Type: String}}
Resources:
  Code: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Bucket}}
Outputs: {LogName: {Value: !Sub "/${Code}/log"}}
"""
LOGS = """\
Parameters: {LogName: {Type: String}}
Resources:
  Log: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: !Ref LogName, RetentionInDays: 7}}
"""
DAGS = {"dags/dag.py": "import more\n", "dags/lib/more.py": "MORE = 1\n"}
READS = ("Get", "List", "Describe", "Head", "Detect")


class Killed(BaseException):
    """Nothing handles this, as nothing handles a kill."""


class Kills:
    """A session whose n-th call that changes something ends it; all of them are counted."""

    def __init__(self) -> None:
        self.session = boto3.Session("test", "test", region_name="us-east-1")
        self.session.events.register("before-call", self._before)
        self.session.events.register("after-call", self._after)
        self.at(0, "")

    def at(self, number: int, moment: str) -> None:
        """From here on count anew, and kill at that one; never at 0."""
        self.calls: list[str] = []
        self._at, self._moment = number, moment

    def _before(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(READS):
            self.calls.append(model.name)
            self._kill("before")

    def _after(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(READS):
            self._kill("after")

    def _kill(self, moment: str) -> None:
        if len(self.calls) == self._at and moment == self._moment:
            self._at = 0
            raise Killed


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("small")
    files = {"sandbox.toml": PROJECT, "infra/artifacts.yaml": ARTIFACTS, "infra/logs.yaml": LOGS, **DAGS}
    files["requirements.txt"] = "humanize==4.9.0\n"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return load_settings().model_copy(update={"project": load_project(root / "sandbox.toml")})


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kills]:
    server, url = emulator_server(tmp_path_factory.mktemp("ministack"))
    server.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        for module in (changes, drift, promotion):
            patch.setattr(module, "POLL_SECONDS", 0.01)
        yield Kills()
    server.stop()


class Account:
    """An environment of its own in the account, for one promotion."""

    def __init__(self, settings: Settings, name: str, session: boto3.Session) -> None:
        self.settings, self.content = settings, content_of(settings.project)
        self.environment = Environment(
            name=name,
            account_id="000000000000",
            region="us-east-1",
            buckets=Buckets(data=f"{name}-data", artifacts=f"{name}-code"),
            airflow=AirflowTarget(dags=f"s3://{name}-dags/dags/"),
        )
        self.target = Target(self.environment, session, "somebody")
        self.target.s3.create_bucket(Bucket=f"{name}-dags")

    def plan(self) -> Plan:
        return make_plan(self.settings, self.target, self.content, "c0ffee")

    def promote(self, plan: Plan) -> None:
        release = manifest(self.content, plan)
        promotion.promote(self.settings, self.target, plan, self.content, release, lambda _: None)

    def state(self) -> dict[str, Any]:
        """All that a release is made of."""
        cloudformation = self.target.cloudformation
        stacks = {
            stack["StackName"]: stack
            for stack in cloudformation.describe_stacks()["Stacks"]
            if stack["StackName"].startswith(f"small-{self.environment.name}-")
        }
        return {
            "releases": len(history(self.target)),
            "dags": sorted(self._keys("dags")),
            "code": sorted(key for key in self._keys("code") if not key.startswith("releases/")),
            "stacks": sorted(
                (
                    name.rpartition("-")[2],
                    stack["StackStatus"],
                    stack["EnableTerminationProtection"],
                    {tag["Key"]: tag["Value"] for tag in stack["Tags"]}["commit"],
                )
                for name, stack in stacks.items()
            ),
        }

    def _keys(self, what: str) -> list[str]:
        bucket = f"{self.environment.name}-{what}"
        listed = self.target.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return [each["Key"] for each in listed]


def manifest(content: Content, plan: Plan) -> Manifest:
    return Manifest(
        id=release_id(content, datetime.fromisoformat(plan.created_at)),
        digest=content.digest,
        commit="c0ffee",
        created_at=plan.created_at,
        created_by="",
        names=dict(content.names),
        hashes=content.hashes(),
    )


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_each_call_it_is_gone_on_with(small: Settings, kills: Kills, moment: str) -> None:
    undisturbed = Account(small, f"whole-{moment}", kills.session)
    plan = undisturbed.plan()
    kills.at(0, moment)
    undisturbed.promote(plan)
    calls, expected = [*kills.calls], undisturbed.state()
    assert expected["releases"] == 1
    assert [stack[1:] for stack in expected["stacks"]] == [("CREATE_COMPLETE", True, "c0ffee")] * 2
    assert expected["dags"] == ["dags/dag.py", "dags/lib/more.py", "requirements.txt", "startup.sh"]

    for number, call in enumerate(calls, 1):
        account = Account(small, f"kill-{moment}-{number}", kills.session)
        plan = account.plan()
        kills.at(number, moment)
        with pytest.raises(Killed):
            account.promote(plan)
        is_last = number == len(calls) and moment == "after"
        assert len(history(account.target)) == int(is_last), f"{moment} {call}"

        if is_last:  # all is done; a new plan says so
            assert account.plan().is_empty
        else:
            account.promote(plan)
        assert account.state() == expected, f"{moment} {call}, the {number}th"


def test_what_lies_beside_the_dag_folder_is_in_the_plan_and_in_the_release(
    small: Settings, kills: Kills
) -> None:
    account = Account(small, "beside", kills.session)
    first = account.plan()
    assert [(file.name, file.lines) for file in first.airflow_files] == [
        ("startup.sh", ()),  # its variable names an output of a stack that is not there yet
        ("requirements.txt", ("+ humanize==4.9.0",)),
    ]
    account.promote(first)
    there = latest_manifest(account.target)
    assert there
    assert content_of_release(account.target, there) == account.content
    assert account.plan().is_empty

    bucket = "beside-dags"
    account.target.s3.put_object(Bucket=bucket, Key="startup.sh", Body=b"export SMALL_LOG=/mine\n")
    account.target.s3.put_object(Bucket=bucket, Key="requirements.txt", Body=b"humanize==4.8.0\n")
    plan = account.plan()
    assert [(file.change, file.lines) for file in plan.airflow_files] == [
        ("changed", ("- export SMALL_LOG", "+ export SMALL_LOG=/beside-code/log")),
        ("changed", ("- humanize", "+ humanize==4.9.0")),
    ]
    assert "Beside the DAG folder: startup.sh (changed)" in [*plan_lines(plan)]
    account.promote(plan)
    assert account.plan().is_empty
