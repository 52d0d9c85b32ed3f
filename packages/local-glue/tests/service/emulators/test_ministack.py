"""MiniStack as the sandbox starts it: what it has beyond MiniStack's own command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from glue_service.archives import zipped
from glue_service.aws import client, refusal, trust_in
from glue_service.servers import ENVS, ROOT, Server, emulator_server

MAIN = ROOT / "packages/local-glue/src/local_glue/emulators/ministack_main.py"
INDEX = """
import boto3

def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Account"]
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("ministack")
    plain, url = emulator_server(folder)
    env = {
        **plain.env,
        "STATE_DIR": str(folder / "state"),
        "GLUE_SERVICE_URL": "http://127.0.0.1:9",
        "LAMBDA_EXECUTOR": "local",
    }
    argv = [str(ENVS / "ministack/bin/python"), str(MAIN)]
    server = Server("MiniStack", argv, env, plain.health, plain.log, needs_emulator=False)
    server.start()
    yield url
    server.stop()


def test_a_lambda_function_finds_boto3_as_in_awss_runtimes(url: str) -> None:
    role = client(url, "iam").create_role(
        RoleName="functions", AssumeRolePolicyDocument=trust_in("lambda.amazonaws.com")
    )
    functions = client(url, "lambda")
    for version in ("3.11", "3.12", "3.13"):
        functions.create_function(
            FunctionName=f"f-{version.replace('.', '-')}",
            Runtime=f"python{version}",
            Role=role["Role"]["Arn"],
            Handler="index.handler",
            Code={"ZipFile": zipped(index=INDEX)},
            Timeout=60,
        )
        answer = functions.invoke(FunctionName=f"f-{version.replace('.', '-')}")
        assert json.loads(answer["Payload"].read()) == "000000000000"


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("redshift-data", "ExecuteStatement", {"Sql": "select 1"}),  # JSON, by its target
        ("redshift", "DescribeClusters", {}),  # a form
        ("pinpoint", "POST /v1/apps", {"CreateApplicationRequest": {"Name": "a"}}),  # REST
    ],
)
def test_a_service_that_is_missing_is_named_with_the_operation(
    url: str, service: str, operation: str, given: dict[str, Any]
) -> None:
    aws = client(url, service)
    name = {"redshift-data": "execute_statement", "redshift": "describe_clusters", "pinpoint": "create_app"}
    signed_as = aws.meta.service_model.signing_name
    assert refusal(getattr(aws, name[service]), **given) == (
        "NotImplementedException",
        f"MiniStack has no service {signed_as}, so {operation} did nothing. Run what needs it on AWS, or "
        f"name another endpoint in AWS_ENDPOINT_URL_{signed_as.upper().replace('-', '_')}.",
    )
