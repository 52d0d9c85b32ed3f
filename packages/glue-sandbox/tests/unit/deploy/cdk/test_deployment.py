"""What of a cdk.out comes to the emulator: its files, and its templates without CDK's bootstrap stack."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from cdk_out import DATA, JOBS, stack, write_cdk_out
from checkout import write_project

from glue_sandbox.deploy.cdk.cdk_out import CdkFile, read_stacks
from glue_sandbox.deploy.cdk.deployment import (
    require_no_function,
    require_place,
    upload_files,
    without_bootstrap,
)
from glue_sandbox.deploy.stacks import stack_name
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.content import content_of
from glue_sandbox.settings import Settings

BUCKET = "cdk-hnb659fds-assets-000000000000-eu-west-1"


def settings_of(folder: Path, text: str = "") -> Settings:
    file = write_project(folder, f'region = "eu-west-1"\n{text}')
    return Settings(project=load_project(file), region="eu-west-1", state=folder / "state")


def bucket_with(*keys: str) -> Any:
    """An S3 whose buckets have these keys."""
    s3 = MagicMock()
    s3.get_paginator.return_value.paginate.return_value = [{"Contents": [{"Key": key} for key in keys]}]
    return s3


def test_files_lie_where_the_templates_look_for_them(tmp_path: Path) -> None:
    files = [file for each in read_stacks(write_cdk_out(tmp_path / "cdk.out")) for file in each.files]
    (tmp_path / "cdk.out" / "asset.f1" / ".hidden").write_text("too")
    s3 = bucket_with()
    upload_files(s3, settings_of(tmp_path), files)
    code, script = (call.kwargs for call in s3.put_object.call_args_list)
    assert (script["Bucket"], script["Key"], script["Body"]) == (BUCKET, "5c.py", b"print('counted')\n")
    assert (code["Bucket"], code["Key"]) == (BUCKET, "f1.zip")
    assert zipfile.ZipFile(io.BytesIO(code["Body"])).namelist() == [".hidden", "on_upload.py"]


def test_a_file_that_is_there_is_not_uploaded_again(tmp_path: Path) -> None:
    files = [file for each in read_stacks(write_cdk_out(tmp_path / "cdk.out")) for file in each.files]
    s3 = bucket_with("f1.zip")
    upload_files(s3, settings_of(tmp_path), files)
    assert [call.kwargs["Key"] for call in s3.put_object.call_args_list] == ["5c.py"]


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = CdkFile(tmp_path / "asset.5c.py", is_folder=False, bucket="b", key="k")
    with pytest.raises(
        SandboxError, match=r"expected .*/asset\.5c\.py.* found nothing there; next: cdk synth"
    ):
        upload_files(bucket_with(), settings_of(tmp_path), [gone])


def test_what_asks_for_the_bootstrap_stack_is_left_out() -> None:
    left = without_bootstrap(DATA)
    assert set(left) == {"Resources", "Outputs"}
    assert set(left["Resources"]) == set(DATA["Resources"]) - {"CDKMetadata"}
    own = {"Type": "String"}
    kept = without_bootstrap({**DATA, "Parameters": {**DATA["Parameters"], "Own": own}})
    assert kept["Parameters"] == {"Own": own}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            "aws://123456789012/eu-west-1",
            "found account 123456789012; next: make down, then: ACCOUNT_ID=1234",
        ),
        (
            "aws://000000000000/us-east-1",
            'found region us-east-1; next: region = "us-east-1" in sandbox.toml',
        ),
    ],
)
def test_a_stack_for_another_place_is_refused(tmp_path: Path, environment: str, message: str) -> None:
    (other,) = read_stacks(write_cdk_out(tmp_path / "cdk.out", stack("Data", environment=environment)))
    with pytest.raises(SandboxError) as caught:
        require_place(settings_of(tmp_path), other)
    assert message in str(caught.value)


def test_a_stack_for_this_place_is_taken(tmp_path: Path) -> None:
    here = stack("Data", environment="aws://000000000000/eu-west-1")
    (one,) = read_stacks(write_cdk_out(tmp_path / "cdk.out", here))
    require_place(settings_of(tmp_path), one)


def test_functions_are_refused_where_none_run() -> None:
    require_no_function("Jobs", JOBS)
    with pytest.raises(SandboxError, match="which runs none here, and OnUpload; next: EMULATOR=ministack"):
        require_no_function("Data", DATA)


def test_stacks_of_cdk_have_their_own_names_and_go_to_aws_by_cdk(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, '[templates]\ncdk_out = "cdk.out"\n')
    assert stack_name(settings, "Team_Data") == "Team_Data"
    with pytest.raises(
        SandboxError, match=r"found cdk\.out, which CDK itself brings to AWS; next: cdk deploy"
    ):
        content_of(settings.project)


def test_its_templates_are_found_once_they_are_written(tmp_path: Path) -> None:
    project = settings_of(tmp_path, '[templates]\ncdk_out = "cdk.out"\n').project
    assert project.template_files() == ()
    folder = write_cdk_out(tmp_path / "cdk.out")
    assert project.template_files() == (folder / "Data.template.json", folder / "Jobs.template.json")
