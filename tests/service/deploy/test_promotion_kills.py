"""A promotion that is killed at any of its calls is gone on with, and is never half a release in silence.

A small project in an emulator; each call that changes something is a place to be killed at: before it was
sent, and after AWS has done it and before anybody heard of it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import boto3
import pytest
from glue_service.servers import emulator_server

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.promote import changes, drift, promotion
from glue_sandbox.promote.airflow.beside_folder import NO_REQUIREMENTS
from glue_sandbox.promote.begun import release_to_go_back_to, unfinished, what_is_there
from glue_sandbox.promote.content import Content, content_of
from glue_sandbox.promote.environment import AirflowTarget, Buckets, Environment
from glue_sandbox.promote.plan import Plan, make_plan
from glue_sandbox.promote.releases import (
    Manifest,
    content_of_release,
    history,
    read_manifest,
    release_id,
)
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.view import plan_lines
from glue_sandbox.settings import Settings, load_settings

ACCOUNT = "111122223333"
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
STREAM_OF_NO_GROUP = {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": "/no-such-group"}}
DAGS = {"dags/dag.py": "import more\n", "dags/lib/more.py": "MORE = 1\n"}
READS = ("Get", "List", "Describe", "Head", "Detect")


class Killed(BaseException):
    """Nothing handles this, as nothing handles a kill."""


class Kills:
    """A session whose n-th call that changes something ends it; all of them are counted."""

    def __init__(self) -> None:
        self.session = boto3.Session(ACCOUNT, "test", region_name="us-east-1")
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
            account_id=ACCOUNT,
            region="us-east-1",
            buckets=Buckets(data=f"{name}-data", artifacts=f"{name}-code"),
            airflow=AirflowTarget(dags=f"s3://{name}-dags/dags/"),
        )
        self.target = Target(self.environment, session, "somebody")
        self.target.s3.create_bucket(Bucket=f"{name}-dags")

    def plan(self, release: str = "") -> Plan:
        return make_plan(self.settings, self.target, self.content, "c0ffee", release)

    def promote(self, plan: Plan) -> None:
        back = plan.release
        release = read_manifest(self.target, back) if back else manifest(self.content, plan)
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

    def there(self) -> dict[str, Any]:
        """What runs would meet: the DAG folder and what is beside it, and the log group."""
        bucket, logs = f"{self.environment.name}-dags", self.target.session.client("logs")
        bodies = {
            key: self.target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            for key in self._keys("dags")
        }
        (group,) = logs.describe_log_groups(logGroupNamePrefix=f"/{self.environment.name}-code")["logGroups"]
        return {**bodies, "days": group["retentionInDays"]}

    def latest(self) -> Manifest:
        """The release that is there."""
        return read_manifest(self.target, history(self.target)[-1].release)

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


def test_killed_at_each_call_it_is_said_and_gone_back_from(small: Settings, kills: Kills) -> None:
    account = Account(small, "back", kills.session)
    account.promote(account.plan())
    first, before = account.latest(), account.there()
    old = content_of_release(account.target, first)
    dags = {"dag.py": b"import lib.added\n", "lib/added.py": b"ADDED = 1\n"}
    logs = copy.deepcopy(old.templates["logs"])
    logs["Resources"]["Log"]["Properties"]["RetentionInDays"] = 14
    new = replace(old, templates={**old.templates, "logs": logs}, dag_files=dags, requirements=None)

    account.content = new  # once undisturbed, so that each round has the same calls
    account.promote(account.plan())
    account.content = old
    account.promote(account.plan(first.id))

    parts: list[dict[str, Any]] = []
    is_killed = True
    while is_killed:
        account.content = new
        plan = account.plan()
        kills.at(len(parts) + 1, "after")
        try:
            account.promote(plan)
            is_killed = False
        except Killed:
            parts.append(account.there())
        kills.at(0, "")

        entries = history(account.target)
        begun = unfinished(account.target, entries)
        goal = release_to_go_back_to(entries, begun)
        assert goal == first.id
        account.content = old
        back = account.plan(goal)
        is_said = any(line.startswith("! parts of") for line in plan_lines(back))
        assert is_said == (begun is not None) == (entries[-1].release == first.id)
        account.promote(back)
        assert account.there() == before, f"the {len(parts)}th call"
        assert what_is_there(account.target).begun is None
    assert len(parts) > 7
    assert sum(each not in (before, parts[-1]) for each in parts) > 3, "neither one release nor the other"
    assert parts[-1].keys() == {"dags/dag.py", "dags/lib/added.py", "requirements.txt", "startup.sh", "days"}


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
    assert content_of_release(account.target, account.latest()) == account.content
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


def test_the_way_back_to_a_release_without_requirements_empties_what_the_later_one_brought(
    small: Settings, kills: Kills
) -> None:
    account = Account(small, "emptied", kills.session)
    with_requirements, without = account.content, replace(account.content, requirements=None)
    s3 = account.target.s3

    def there() -> bytes:
        return s3.get_object(Bucket="emptied-dags", Key="requirements.txt")["Body"].read()

    account.content = without
    account.promote(account.plan())
    with pytest.raises(s3.exceptions.NoSuchKey):
        there()
    first = account.latest()

    account.content = with_requirements
    account.promote(account.plan())
    assert there() == with_requirements.requirements

    account.content = content_of_release(account.target, first)
    back = account.plan(first.id)
    assert [(file.name, file.lines) for file in back.airflow_files] == [("requirements.txt", ("- humanize",))]
    account.promote(back)
    assert there() == NO_REQUIREMENTS
    assert account.plan().is_empty


def test_a_stack_that_only_a_later_release_has_is_named_and_stays(small: Settings, kills: Kills) -> None:
    account = Account(small, "more", kills.session)
    account.promote(account.plan())
    first, old = account.latest(), account.content
    queue = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "more"}}}}
    more = {"artifacts": old.templates["artifacts"], "queue": queue, "logs": old.templates["logs"]}
    account.content = replace(old, templates=more)
    forth = account.plan()
    assert forth.left_stacks == ()
    account.promote(forth)

    account.content = old
    back = account.plan(first.id)
    lines = [*plan_lines(back)]
    assert lines[lines.index("  small-more-queue") - 1].endswith("they stay until somebody deletes them")
    account.promote(back)
    assert "small-more-queue" in {
        stack["StackName"] for stack in account.target.cloudformation.describe_stacks()["Stacks"]
    }
    assert account.plan().left_stacks == ("small-more-queue",)


def test_a_stack_whose_change_fails_midway_is_as_it_was_and_nothing_after_it_is_touched(
    small: Settings, kills: Kills
) -> None:
    account = Account(small, "midway", kills.session)
    account.promote(account.plan())
    before, good = account.state(), account.content
    logs = account.target.session.client("logs")

    template = copy.deepcopy(good.templates["logs"])
    template["Resources"]["Log"]["Properties"]["RetentionInDays"] = 14
    template["Resources"]["Stream"] = {"DependsOn": "Log", **STREAM_OF_NO_GROUP}
    dags = {**good.dag_files, "dag.py": b"import more  # later\n"}
    account.content = replace(good, templates={**good.templates, "logs": template}, dag_files=dags)
    with pytest.raises(SandboxError) as failed:
        account.promote(account.plan())

    error = failed.value
    assert error.expected == "stack small-midway-logs to become CREATE_COMPLETE or UPDATE_COMPLETE"
    assert error.found.startswith("UPDATE_ROLLBACK_COMPLETE: Stream (AWS::Logs::LogStream): ")
    assert error.next_command.endswith("make plan TARGET=midway")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/midway-code")["logGroups"]
    assert group["retentionInDays"] == 7
    after = account.state()
    assert {name: after[name] for name in ("releases", "dags")} == {
        name: before[name] for name in ("releases", "dags")
    }
    dag = account.target.s3.get_object(Bucket="midway-dags", Key="dags/dag.py")["Body"].read()
    assert dag == good.dag_files["dag.py"]

    del template["Resources"]["Stream"]
    account.promote(account.plan())
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/midway-code")["logGroups"]
    assert (group["retentionInDays"], account.state()["releases"]) == (14, 2)
