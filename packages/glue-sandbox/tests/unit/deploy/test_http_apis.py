"""HTTP APIs of the templates: the address that people are told, and who may call."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.deploy.project.values import setting_values
from glue_sandbox.deploy.stacks import stack_name
from glue_sandbox.deploy.state import Deployed, DeployState, write_state
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import apis


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state=tmp_path, sandbox_port=5000)


def test_an_api_is_told_by_an_address_that_a_browser_opens(settings: Settings) -> None:
    assert apis(settings) == {}
    deployed = Deployed(bucket="b", artifact_bucket="a", apis={"reports": "abc12345"})
    write_state(settings, DeployState(deployed=deployed))
    assert apis(settings) == {"reports": "http://localhost:5000/_aws/execute-api/abc12345/"}


def test_where_keys_are_secret_callers_must_sign(settings: Settings) -> None:
    own = settings.model_copy(update={"keys": "own"})
    assert [setting_values(each)["api_authorization"] for each in (settings, own)] == ["NONE", "AWS_IAM"]


def test_a_stack_has_a_name_that_cloudformation_takes(settings: Settings) -> None:
    assert stack_name(settings, "kpi_api") == f"{settings.project.name}-kpi-api"
