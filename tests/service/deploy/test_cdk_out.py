"""A cdk.out, deployed as it lies there to a real emulator and a real Glue service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cdk_out import write_cdk_out
from checkout import write_project

from glue_sandbox.clients import client
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.settings import Settings

from .conftest import Deploy


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cdk")
    write_project(folder, '[templates]\ncdk_out = "cdk.out"')
    write_cdk_out(folder / "cdk.out")
    return folder


@pytest.fixture(scope="module")
def deployed(root: Path, deploy_from: Deploy) -> Deployed:
    return deploy_from(root)


def test_stacks_are_made_with_what_one_hands_to_the_other(settings: Settings, deployed: Deployed) -> None:
    assert deployed.changed == ("Data", "Jobs")
    (table,) = client(settings, "dynamodb").list_tables()["TableNames"]
    assert deployed.tables == {table: table}
    job = client(settings, "glue").get_job(JobName="count-plays")["Job"]
    assert job["DefaultArguments"] == {"--table": table}
    bucket, _, key = job["Command"]["ScriptLocation"].removeprefix("s3://").partition("/")
    assert client(settings, "s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b"print('counted')\n"


def test_a_function_runs_from_its_folder(settings: Settings, deployed: Deployed) -> None:
    answer = client(settings, "lambda").invoke(FunctionName="on_upload", Payload=b"{}")
    assert json.loads(answer["Payload"].read()) == "seen"


def test_deploying_it_again_changes_what_was_synthesized_anew(
    root: Path, deployed: Deployed, deploy_from: Deploy
) -> None:
    assert deploy_from(root).changed == ()
    file = root / "cdk.out" / "Jobs.template.json"
    file.write_text(file.read_text().replace("0.0625", "1"))
    assert deploy_from(root).changed == ("Jobs",)
