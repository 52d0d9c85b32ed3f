"""Models without their documentation say of the API what they said with it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import loaders, session

from local_glue.api import lean_models


@pytest.fixture
def lean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders.Loader, "FILE_LOADER_CLASS", loaders.JSONFileLoader)
    lean_models.read_lean_models()


@pytest.mark.usefixtures("lean")
def test_what_explains_an_operation_is_empty_and_its_shapes_are_as_they_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short: Any = session.get_session().get_service_model("glue").operation_model("CreateJob")
    monkeypatch.setattr(loaders.Loader, "FILE_LOADER_CLASS", loaders.JSONFileLoader)
    full: Any = session.get_session().get_service_model("glue").operation_model("CreateJob")
    assert full.documentation
    assert not short.documentation
    members = {name: shape.type_name for name, shape in full.input_shape.members.items()}
    assert {name: shape.type_name for name, shape in short.input_shape.members.items()} == members
    assert short.input_shape.required_members == full.input_shape.required_members


@pytest.mark.usefixtures("lean")
@pytest.mark.parametrize("service", ["s3", "iam", "sts", "logs", "dynamodb", "glue", "apigateway"])
def test_clients_are_made_of_them(service: str) -> None:
    keys = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
    client = boto3.session.Session().client(service, region_name="us-east-1", **keys)  # type: ignore[call-overload]
    assert client.meta.endpoint_url.startswith("https://")


def test_a_member_of_that_name_stays() -> None:
    members = [("documentation", {"shape": "String"}), ("name", "documentation")]
    assert lean_models._without_documentation(members) == dict(members)
