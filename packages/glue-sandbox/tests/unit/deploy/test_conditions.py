"""Which resources a template makes: what conditions leave out is known where parameters say it."""

from __future__ import annotations

from typing import Any

import pytest

from glue_sandbox.deploy.conditions import made_resources

IS_PROD, HAS_MAIL = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, {"Condition": "HasMail"}
UNKNOWN = {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}


def is_made(condition: Any, **parameters: str) -> bool:
    template = {
        "Parameters": {"Stage": {"Default": "dev"}, "Mail": {"Default": ""}},
        "Conditions": {
            "HasMail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Mail"}, ""]}]},
            "Asked": condition,
        },
        "Resources": {"Always": {"Type": "T"}, "Topic": {"Type": "T", "Condition": "Asked"}},
    }
    made = made_resources(template, parameters)
    assert "Always" in made
    return "Topic" in made


@pytest.mark.parametrize(
    ("condition", "by_default", "with_mail", "in_prod"),
    [
        (HAS_MAIL, False, True, False),
        (IS_PROD, False, False, True),
        ({"Fn::Or": [IS_PROD, HAS_MAIL]}, False, True, True),
        ({"Fn::And": [IS_PROD, HAS_MAIL]}, False, False, False),
        ({"Fn::Not": [{"Fn::Or": [IS_PROD, HAS_MAIL]}]}, True, False, False),
        ({"Fn::And": [IS_PROD, UNKNOWN]}, False, False, True),
        ({"Fn::Or": [IS_PROD, UNKNOWN]}, True, True, True),
        (UNKNOWN, True, True, True),
        ({"Fn::Not": [UNKNOWN]}, True, True, True),
        ({"Fn::If": ["HasMail", "a", "b"]}, True, True, True),
    ],
)
def test_a_resource_is_left_out_where_its_condition_is_known_not_to_hold(
    condition: Any, by_default: bool, with_mail: bool, in_prod: bool
) -> None:
    found = (is_made(condition), is_made(condition, Mail="a@b"), is_made(condition, Stage="prod"))
    assert found == (by_default, with_mail, in_prod)
