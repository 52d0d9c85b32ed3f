"""Beside an emulator of the user's own: what its CloudFormation gets, what Glue gets, and what stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from botocore.exceptions import ClientError
from checkout import write_example, write_project

from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.glue_provisioning import provision
from glue_sandbox.deploy.project.beside_emulator import require_account, split, without_existing
from glue_sandbox.deploy.project.template import project_template
from glue_sandbox.deploy.project.template_parts import Resource
from glue_sandbox.deploy.state import GlueResource
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.settings import Settings, load_settings
from local_glue.emulators.glue_client import GlueService

KNOWN = {
    "data_bucket": "listens",
    "artifact_bucket": "code",
    "region": "eu-west-1",
    "account_id": "000000000000",
}
AIRFLOW = {"airflow_url": "http://airflow", "airflow_user": "admin", "airflow_password": "secret"}
NO_CODE = {"s3": "404", "dynamodb": "ResourceNotFoundException", "iam": "NoSuchEntity"}
JOB: Resource = {"Type": "AWS::Glue::Job", "Properties": {"Name": "load", "Timeout": 5}}


def beside(folder: Path, text: str = "") -> Project:
    return load_project(write_project(folder, f'aws_endpoint = "http://localhost:4566"\n{text}'))


def template_of(project: Project) -> Template:
    return project_template(project, {**KNOWN, **AIRFLOW, **build_artifacts(project).names})


def emulator_with(*present: str) -> Any:
    """Clients of an emulator that has these names."""

    def answer(service: str) -> Any:
        def find(**given: str) -> None:
            if not {*given.values()} & {*present}:
                raise ClientError({"Error": {"Code": NO_CODE[service]}}, "Find")

        return MagicMock(head_bucket=find, describe_table=find, get_role=find)

    return answer


def test_an_emulator_of_another_account_is_told_how_to_have_this_one() -> None:
    sts = MagicMock(**{"get_caller_identity.return_value": {"Account": "123456789012"}})
    require_account("123456789012", "http://localhost:5000", lambda _: sts)
    with pytest.raises(
        SandboxError, match="found account 123456789012; next: ACCOUNT_ID=123456789012 make up"
    ):
        require_account("000000000000", "http://localhost:5000", lambda _: sts)


def test_glue_s_resources_leave_the_template_with_the_names_of_their_roles(tmp_path: Path) -> None:
    others, of_glue = split(template_of(load_project(write_example(tmp_path))), "000000000000")
    assert {each["Type"] for each in of_glue.values()} == {
        *("AWS::Glue::Job", "AWS::Glue::Database", "AWS::Glue::Crawler", "AWS::Glue::Connection")
    }
    assert not [each for each in others["Resources"].values() if each["Type"].startswith("AWS::Glue")]
    roles = {each["Properties"]["Role"] for each in of_glue.values() if "Role" in each["Properties"]}
    assert roles == {"arn:aws:iam::000000000000:role/listens-jobs"}
    assert "Fn::GetAtt" not in str(of_glue)


def test_what_the_emulator_has_and_no_stack_of_ours_stays_as_it_is(tmp_path: Path) -> None:
    project = beside(tmp_path, '[tables.plays]\npartition = "a"\n[buckets]\nothers = ["mine", "old"]')
    template = template_of(project)
    kept = without_existing(
        template, {"Bucketlistens"}, emulator_with("listens", "old", "plays", "small-anything")
    )
    gone = template["Resources"].keys() - kept["Resources"].keys()
    assert gone == {"Bucketold", "Tableplays", "Role"}


def test_a_bucket_that_is_to_call_functions_must_be_the_sandbox_s_own(tmp_path: Path) -> None:
    template, _ = split(template_of(load_project(write_example(tmp_path))), "000000000000")
    with pytest.raises(SandboxError, match="expected no bucket listens in the emulator"):
        without_existing(template, (), emulator_with("listens"))


def test_glue_gets_what_is_new_changed_or_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []
    recorded: list[Mapping[str, GlueResource]] = []

    def answer(_self: GlueService, _account: str, _region: str, request: dict[str, Any]) -> dict[str, Any]:
        asked.append((request["RequestType"], request["LogicalResourceId"]))
        return {"PhysicalResourceId": request["ResourceProperties"]["Name"]}

    monkeypatch.setattr(GlueService, "provision", answer)
    settings = Settings(project=beside(tmp_path), state=tmp_path / "state")
    longer: Resource = {**JOB, "Properties": {"Name": "load", "Timeout": 9}}
    assert provision(settings, {"A": JOB, "B": JOB}, {}, recorded.append)
    made = dict(recorded[-1])
    assert not provision(settings, {"A": JOB, "B": JOB}, made, recorded.append)
    assert provision(settings, {"A": longer}, made, recorded.append)
    assert asked == [("Create", "A"), ("Create", "B"), ("Update", "A"), ("Delete", "B")]
    assert recorded[-1] == {
        "A": GlueResource(type="AWS::Glue::Job", name="load", properties=longer["Properties"])
    }


def test_what_glue_refuses_is_named_and_what_it_took_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[Mapping[str, GlueResource]] = []

    def answer(_self: GlueService, _account: str, _region: str, request: dict[str, Any]) -> dict[str, Any]:
        if request["LogicalResourceId"] == "B":
            raise ValueError("no such bucket")
        return {"PhysicalResourceId": "load"}

    monkeypatch.setattr(GlueService, "provision", answer)
    settings = Settings(project=beside(tmp_path), state=tmp_path / "state")
    with pytest.raises(SandboxError, match=r"Glue to take B \(AWS::Glue::Job\); found no such bucket"):
        provision(settings, {"A": JOB, "B": JOB}, {}, recorded.append)
    assert list(recorded[-1]) == ["A"]


@pytest.mark.parametrize(("given", "ports"), [({}, (4567, 4566)), ({"SANDBOX_PORT": "5000"}, (5000, 4566))])
def test_the_endpoint_keeps_away_from_the_emulator_s_port(
    tmp_path: Path, given: dict[str, str], ports: tuple[int, int]
) -> None:
    settings = load_settings(given, project=beside(tmp_path))
    assert (settings.sandbox_port, settings.emulator_port, settings.mode) == (*ports, "embedded")
    assert settings.emulator_url == "http://localhost:4566"
