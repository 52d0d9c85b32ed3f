"""Templates as YAML -> as data, and the values of their parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.deploy.templates import choose_parameters, load_template
from glue_sandbox.errors import SandboxError


def test_short_tags_are_read_as_cloudformation_means_them(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(
        "Resources:\n  A:\n    Ref: !Ref B\n    Arn: !GetAtt B.Arn\n"
        "    Text: !Sub [\"${x}\", {x: !Ref B}]\n    Is: !Equals [!Ref B, '']\n"
    )
    assert load_template(file)["Resources"]["A"] == {
        "Ref": {"Ref": "B"},
        "Arn": {"Fn::GetAtt": ["B", "Arn"]},
        "Text": {"Fn::Sub": ["${x}", {"x": {"Ref": "B"}}]},
        "Is": {"Fn::Equals": [{"Ref": "B"}, ""]},
    }


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("Resources: [")
    with pytest.raises(SandboxError, match=r"broken\.yaml"):
        load_template(file)


def test_parameters_come_from_values_then_from_defaults() -> None:
    body = {"Parameters": {"Given": {"Default": "x"}, "Left": {"Default": 7}}, "Resources": {}}
    assert choose_parameters(body, {"Given": "y", "Other": "z"}, Path("t.yaml")) == {
        "Given": "y",
        "Left": "7",
    }


def test_a_parameter_without_value_is_named() -> None:
    body = {"Parameters": {"TopicArn": {"Type": "String"}}, "Resources": {}}
    with pytest.raises(SandboxError, match=r"a value for parameter TopicArn of infra/jobs\.yaml"):
        choose_parameters(body, {}, Path("infra/jobs.yaml"))
