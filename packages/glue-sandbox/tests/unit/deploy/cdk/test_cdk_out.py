"""A cdk.out is read without CDK: its stacks in order, their files, and what is said of a wrong one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cdk_out import ASSET_BUCKET, asset, stack, write_cdk_out

from glue_sandbox.deploy.cdk.cdk_out import CdkFile, CdkStack, read_stacks
from glue_sandbox.errors import SandboxError


def test_stacks_come_after_those_that_they_need_each_with_its_files(tmp_path: Path) -> None:
    folder = write_cdk_out(tmp_path)
    code = CdkFile(folder / "asset.f1", is_folder=True, bucket=ASSET_BUCKET, key="f1.zip")
    script = CdkFile(folder / "asset.5c.py", is_folder=False, bucket=ASSET_BUCKET, key="5c.py")
    assert read_stacks(folder) == (
        CdkStack("Data", folder / "Data.template.json", "", "", (code,)),
        CdkStack("Jobs", folder / "Jobs.template.json", "", "", (script,)),
    )


def test_a_stack_has_the_name_account_and_region_that_it_has_on_aws(tmp_path: Path) -> None:
    artifacts = stack("Data", environment="aws://123456789012/eu-west-1")
    artifacts["Data"]["properties"]["stackName"] = "team-data"
    (found,) = read_stacks(write_cdk_out(tmp_path, artifacts))
    assert (found.name, found.account, found.region) == ("team-data", "123456789012", "eu-west-1")


def test_stacks_of_a_stage_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Dev"}}
    folder = write_cdk_out(tmp_path, {**stack("Jobs", "Dev"), "Dev": stage})
    write_cdk_out(tmp_path / "assembly-Dev", stack("Data"))
    assert [(each.name, each.template.parent) for each in read_stacks(folder)] == [
        ("Data", folder / "assembly-Dev"),
        ("Jobs", folder),
    ]


def test_some_stacks_are_chosen_by_name(tmp_path: Path) -> None:
    assert [each.name for each in read_stacks(write_cdk_out(tmp_path), ["Data"])] == ["Data"]


def nothing(folder: Path) -> None:
    """Leave the folder without a cdk.out."""
    assert not list(folder.iterdir())


def with_docker_image(folder: Path) -> None:
    write_cdk_out(folder)
    (folder / "Data.assets.json").write_text(json.dumps({"files": {}, "dockerImages": {"a": {}}}))


def with_bundling_left(folder: Path) -> None:
    write_cdk_out(folder)
    left = {**asset("", "a.zip", "zip"), "source": {"executable": ["make", "zip"]}}
    (folder / "Data.assets.json").write_text(json.dumps({"files": {"a": left}}))


def of_two_regions(folder: Path) -> None:
    artifacts = {**stack("Data"), **stack("DataElsewhere")}
    artifacts["DataElsewhere"]["properties"]["stackName"] = "Data"
    write_cdk_out(folder, artifacts)


def with_half_a_manifest(folder: Path) -> None:
    write_cdk_out(folder)
    (folder / "manifest.json").write_text('{"artifacts": ')


@pytest.mark.parametrize(
    ("write", "chosen", "expected", "found", "following"),
    [
        (nothing, [], "its manifest.json", "none", "cdk synth"),
        (with_half_a_manifest, [], "manifest.json to be JSON", "line 1 column 15", "cdk synth"),
        (
            lambda folder: write_cdk_out(folder, missing=[{"key": "vpc-provider"}]),
            [],
            "a whole",
            "1 lookup without a value (vpc-provider)",
            "cdk synth where AWS",
        ),
        (write_cdk_out, ["Other"], "to name stacks of {folder}: Data, Jobs", "'Other'", "correct"),
        (write_cdk_out, ["Jobs"], "what the stack Jobs depends on", "no Data", "add 'Data'"),
        (of_two_regions, [], "one stack of each name", "Data more than once", "templates.stacks"),
        (with_docker_image, [], "to need files alone", "1 image of containers", "without them"),
        (with_bundling_left, [], "to lie in {folder}", "a command makes: make zip", "let CDK bundle it"),
    ],
    ids=["none", "half", "lookup", "unknown", "needed", "twice", "docker", "command"],
)
def test_what_is_wrong_with_it_is_said(
    tmp_path: Path, write: Callable[[Path], Any], chosen: list[str], expected: str, found: str, following: str
) -> None:
    write(tmp_path)
    with pytest.raises(SandboxError) as caught:
        read_stacks(tmp_path, chosen)
    assert expected.format(folder=tmp_path) in caught.value.expected
    assert found in caught.value.found
    assert following in caught.value.next_command
