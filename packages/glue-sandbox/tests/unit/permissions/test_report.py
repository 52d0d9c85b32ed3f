"""What a role has too much or too little, by calls that were recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.permissions.granted import roles_of
from glue_sandbox.permissions.needed import Permission, needed_permissions
from glue_sandbox.permissions.report import RoleReport, compare_all, least_policy, read_reasons
from local_glue.calls.recorder import Record

ARN = "arn:aws:iam::111122223333:role/the-jobs"


def role(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {"Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    policy = {"PolicyName": "p", "PolicyDocument": document}
    properties = {"RoleName": {"Ref": "JobsRoleName"}, "Policies": [policy], **more}
    return {
        "Parameters": {"JobsRoleName": {"Default": "the-jobs"}, "Bucket": {"Default": "b"}},
        "Resources": {"JobsRole": {"Type": "AWS::IAM::Role", "Properties": properties}},
    }


def grant(action: str | list[str], resource: str) -> dict[str, Any]:
    return {"Action": action, "Resource": {"Fn::Sub": resource}}


def report(template: dict[str, Any], *records: Record) -> RoleReport:
    (found,) = compare_all(list(roles_of(template, {})), records)
    return found


GET: Record = (ARN, "s3", "GetObject", "arn:aws:s3:::b/staging/*", "")
READ = grant("s3:GetObject", "arn:${AWS::Partition}:s3:::${Bucket}/staging*")


def test_a_role_whose_grants_were_all_used_has_no_fault() -> None:
    found = report(role(READ), GET)
    assert found.faults({}) == []
    assert found.needed == (Permission("s3:GetObject", "arn:aws:s3:::b/staging/*"),)


def test_what_nothing_used_is_a_fault_unless_a_reason_is_given() -> None:
    found = report(role(READ, grant("dynamodb:Batch*", "*")), GET)
    assert found.unused == ("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem")
    reasons = {"JobsRole": dict.fromkeys(found.unused, "the crawler needs it")}
    assert "dynamodb:BatchGetItem is granted, and nothing used it" in found.faults({})
    assert "nothing used it" not in " ".join(found.faults(reasons))


def test_of_a_role_that_nothing_used_it_is_not_known_whether_it_has_too_much() -> None:
    found = report(role(READ))
    assert found.unexplained({}) == ["s3:GetObject"]
    assert found.faults({}) == []


def test_what_works_with_a_role_is_known() -> None:
    template = role(READ)
    template["Resources"]["Load"] = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Role": {"Fn::GetAtt": ["JobsRole", "Arn"]}},
    }
    (found,) = roles_of(template, {})
    assert found.takers == ("Load",)


def test_a_reason_for_what_is_not_granted_is_a_fault() -> None:
    (fault,) = report(role(READ), GET).faults({"JobsRole": {"s3:PutObject": "for later"}})
    assert fault == "s3:PutObject has a reason for being granted, but is not"


def test_what_was_needed_and_is_not_granted_is_a_fault() -> None:
    elsewhere: Record = (ARN, "s3", "GetObject", "arn:aws:s3:::b/archive/*", "")
    (fault,) = report(role(READ), GET, elsewhere).faults({})
    assert fault == "s3:GetObject on arn:aws:s3:::b/archive/* was needed, and is not granted"


def test_a_star_is_a_fault_where_a_name_is_possible() -> None:
    metric: Record = (ARN, "monitoring", "PutMetricData", "*", "")
    found = report(role(grant("s3:GetObject", "*"), grant("cloudwatch:PutMetricData", "*")), GET, metric)
    assert found.faults({}) == ["s3:GetObject is granted on *, though resources can be named"]


def test_an_action_that_aws_does_not_have_is_a_fault() -> None:
    assert "s3:GetObjekt is no action of AWS" in report(role(grant("s3:GetObjekt", "arn:b")), GET).faults({})


def test_calls_are_of_the_role_with_that_name_and_airflows_of_the_one_that_mwaa_takes() -> None:
    other: Record = ("arn:aws:iam::111122223333:role/the-jobs-2", *GET[1:])
    assert report(role(READ), other).needed == ()
    airflow: Record = ("airflow", *GET[1:])
    assert report(role(READ), airflow).needed == ()
    trust = {"Statement": [{"Principal": {"Service": ["airflow-env.amazonaws.com"]}}]}
    assert len(report(role(READ, AssumeRolePolicyDocument=trust), airflow).needed) == 1


def test_a_role_without_a_name_is_known_by_the_one_that_cloudformation_makes() -> None:
    template = role(READ)
    del template["Resources"]["JobsRole"]["Properties"]["RoleName"]
    made: Record = ("arn:aws:iam::111122223333:role/stack-JobsRole-1ABC", *GET[1:])
    assert len(report(template, made).needed) == 1


def test_operations_of_s3_become_actions() -> None:
    copied: Record = ("r", "s3", "CopyObject", "to", "from")
    assert needed_permissions([copied])["r"] == {
        *(Permission(f"s3:{action}", "to") for action in ("PutObject", "PutObjectTagging")),
        *(Permission(f"s3:{action}", "from") for action in ("GetObject", "GetObjectTagging")),
    }


def test_the_least_policy_joins_resources_of_the_same_actions() -> None:
    pairs = [("s3:GetObject", "a"), ("s3:GetObject", "b"), ("s3:PutObject", "b"), ("s3:GetObject", "c")]
    assert least_policy([Permission(*pair) for pair in pairs])["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["a", "c"]},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["b"]},
    ]


def test_reasons_are_texts_by_role_and_action(tmp_path: Path) -> None:
    file = tmp_path / "permissions.toml"
    assert read_reasons(file) == {}
    file.write_text('[JobsRole]\n"s3:GetObject" = ""\n')
    with pytest.raises(SandboxError, match="a reason for each action of JobsRole"):
        read_reasons(file)


def test_a_grant_below_the_folder_of_a_call_was_used_by_it() -> None:
    below = grant("s3:GetObject", "arn:${AWS::Partition}:s3:::${Bucket}/staging/listens/*")
    assert report(role(below), GET).faults({}) == []


def test_a_call_of_mwaa_needs_the_role_of_airflow_that_is_granted_whatever_the_account() -> None:
    arn = "arn:${AWS::Partition}:airflow:${AWS::Region}:${AWS::AccountId}:role/music/User"
    asked: Record = (ARN, "airflow", "InvokeRestApi", "arn:aws:airflow:eu-west-1:1:role/music/*", "")
    assert report(role(grant("airflow:InvokeRestApi", arn)), asked).faults({}) == []
    other = (*asked[:3], "arn:aws:airflow:eu-west-1:1:role/other/*", "")
    (unused, missing) = sorted(report(role(grant("airflow:InvokeRestApi", arn)), other).faults({}))
    assert "role/other/* was needed, and is not granted" in missing
    assert "nothing used it" in unused
