"""Clients of an endpoint, the role and the bucket of the tests, and calls that must fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = "glue-service-tests"
ROLE = "arn:aws:iam::000000000000:role/glue-service-tests"


def client(url: str, service: str, *, account: str = "test", region: str = "us-east-1") -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120),
    )


def trust_in(service: str) -> str:
    """The trust policy of a role that a service may assume."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_role(url: str) -> None:
    """Create the role that jobs and crawlers of the tests run as."""
    trust = trust_in("glue.amazonaws.com")
    client(url, "iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=trust)


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Make a call that must fail; give the code and message of its error."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error: Any = caught.value.response["Error"]
    return error["Code"], error["Message"]
