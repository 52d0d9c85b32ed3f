"""A template's two halves: what CloudFormation gets, and the Glue resources with their values filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.cloudformation_split import evaluate, public_outputs, split_template
from sandbox.cloudformation_template import TEMPLATES, choose_parameters, load_template
from sandbox.errors import SandboxError
from sandbox.settings import ROOT

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r"}}


def template(glue: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"Resources": {"Role": ROLE, **glue, **rest.pop("more", {})}, **rest}


def job(**properties: Any) -> dict[str, Any]:
    return {"Job": {"Type": "AWS::Glue::Job", "Properties": {"Name": "a_job", **properties}}}


def test_a_template_without_glue_stays_as_it_is() -> None:
    whole = template({}, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}})
    split = split_template(whole)
    assert split.stack == whole
    assert split.glue == ()


def test_each_expression_becomes_one_output_and_its_value_comes_back() -> None:
    bucket = {"Fn::Sub": "s3://${Bucket}/tmp/"}
    role = {"Fn::GetAtt": ["Role", "Arn"]}
    split = split_template(
        template(job(Role=role, DefaultArguments={"--a": bucket, "--b": bucket, "--c": "c"}))
    )
    assert split.stack == {
        "Resources": {"Role": ROLE},
        "Outputs": {"LocalGlueValue0": {"Value": role}, "LocalGlueValue1": {"Value": bucket}},
    }
    (resource,) = split.glue
    filled = evaluate(resource, {"LocalGlueValue0": "arn:role", "LocalGlueValue1": "s3://b/tmp/"})
    assert filled.properties == {
        "Name": "a_job",
        "Role": "arn:role",
        "DefaultArguments": {"--a": "s3://b/tmp/", "--b": "s3://b/tmp/", "--c": "c"},
    }


def test_a_reference_to_a_glue_resource_becomes_its_name() -> None:
    outputs = {"JobName": {"Value": {"Ref": "Job"}}, "Text": {"Value": {"Fn::Sub": "job ${Job}"}}}
    whole = template(job(Name={"Ref": "JobName"}), Outputs=outputs)
    stack_outputs = split_template(whole).stack["Outputs"]
    assert stack_outputs["JobName"] == {"Value": {"Ref": "JobName"}}
    assert stack_outputs["Text"] == {"Value": {"Fn::Sub": ["job ${Job}", {"Job": {"Ref": "JobName"}}]}}


def test_a_glue_resource_may_refer_to_another() -> None:
    database = {"Type": "AWS::Glue::Database", "Properties": {"DatabaseInput": {"Name": "music"}}}
    crawler = {"Type": "AWS::Glue::Crawler", "Properties": {"Name": "c", "DatabaseName": {"Ref": "Db"}}}
    split = split_template(template({"Db": database, "Crawler": crawler}))
    assert split.glue[1].properties == {"Name": "c", "DatabaseName": "music"}


def test_what_waits_for_a_glue_resource_waits_no_more() -> None:
    more = {"Topic": {"Type": "AWS::SNS::Topic", "DependsOn": ["Job", "Role"]}}
    assert split_template(template(job(), more=more)).stack["Resources"]["Topic"]["DependsOn"] == ["Role"]


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        (template({"Job": {"Type": "AWS::Glue::Job", "Properties": {}}}), "a Name in the Glue resource Job"),
        (template({"Job": {**job()["Job"], "Condition": "Big"}}), "no Condition on the Glue resource Job"),
        (template(job(), Outputs={"A": {"Value": {"Fn::GetAtt": ["Job", "Arn"]}}}), "Fn::GetAtt Job.Arn"),
        (template(job(Timeout={"Fn::If": ["Big", "9", {"Ref": "AWS::NoValue"}]})), "AWS::NoValue"),
    ],
    ids=["no name", "condition", "attribute", "no value"],
)
def test_what_cannot_be_split_is_refused_and_named(whole: dict[str, Any], found: str) -> None:
    with pytest.raises(SandboxError, match=found):
        split_template(whole)


def test_outputs_that_only_carry_values_are_not_shown() -> None:
    assert public_outputs({"LocalGlueValue0": "x", "JobName": "a_job"}) == {"JobName": "a_job"}


def test_no_glue_resource_of_infra_reaches_the_emulators_cloudformation() -> None:
    for name in TEMPLATES:
        stack = split_template(load_template(ROOT / "infra" / f"{name}.yaml")).stack
        assert [body["Type"] for body in stack["Resources"].values() if "Glue" in body["Type"]] == []
        assert stack["Resources"], f"{name}.yaml holds Glue resources only; a stack needs one other"


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
    assert choose_parameters("t", body, {"Given": "y", "Other": "z"}) == {"Given": "y", "Left": "7"}


def test_a_parameter_without_value_is_named() -> None:
    body = {"Parameters": {"TopicArn": {"Type": "String"}}, "Resources": {}}
    with pytest.raises(SandboxError, match=r"a value for parameter TopicArn of infra/jobs\.yaml"):
        choose_parameters("jobs", body, {})
