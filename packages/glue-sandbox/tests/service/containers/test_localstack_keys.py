"""KEYS=own with LocalStack: its own services still call each other, and who knows no secret calls nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from checkout import ROOT
from container_support.containers import Container, docker, mount

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

OWN, SECRET, TOKEN = "SANDBOXABCDEFGHIJKL", "a secret", "a token"
VARIABLES = {
    "GLUE_KEYS": "own",
    "AWS_ACCESS_KEY_ID": OWN,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "GLUE_CONTROL_TOKEN": TOKEN,
    "DYNAMODB_IN_MEMORY": "1",
    "XDG_CACHE_HOME": "/tmp/cache",  # noqa: S108 - in the container
}
HOOK = "/etc/localstack/init/start.d/access_guard.py"
QUEUE = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "B": {"Type": "AWS::S3::Bucket"}}}


@pytest.fixture(scope="module")
def url(names: dict[str, str]) -> Iterator[str]:
    """LocalStack as compose.yaml runs it, with keys of its own."""
    environment = (word for name, value in VARIABLES.items() for word in ("--env", f"{name}={value}"))
    hook = mount(ROOT / "compose/localstack/access_guard.py", HOOK)
    code = mount(ROOT / "packages/local-glue/src/local_glue", "/opt/local-glue/local_glue")
    files = ("--read-only", "--tmpfs", "/tmp:exec", *hook, *code)  # noqa: S108 - in the container
    options = ["--publish", "127.0.0.1::4566", *environment, *files]
    emulator = Container("own-keys", names["EMULATOR_IMAGE"], options)
    emulator.wait_until("healthy", "curl", "-sf", "http://localhost:4566/_localstack/health")
    yield f"http://{docker('port', emulator.name, '4566').splitlines()[0]}"
    docker("rm", "--force", "--volumes", emulator.name)


def client(url: str, service: str, key: str = OWN, secret: str = SECRET, token: str | None = None) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@pytest.mark.parametrize(
    ("service", "call"),
    [("s3", "list_buckets"), ("dynamodb", "list_tables"), ("iam", "list_roles"), ("sqs", "list_queues")],
)
def test_only_the_sandboxs_own_keys_call(url: str, service: str, call: str) -> None:
    assert getattr(client(url, service), call)()["ResponseMetadata"]["HTTPStatusCode"] == 200
    for key, secret in (("test", "test"), ("0" * 12, "test"), (OWN, "test")):
        with pytest.raises(ClientError) as caught:
            getattr(client(url, service, key, secret), call)()
        assert caught.value.response["Error"]["Code"].startswith(
            ("InvalidClientTokenId", "SignatureDoesNotMatch")
        )


def test_signed_objects_and_addresses_pass_and_unsigned_ones_do_not(url: str) -> None:
    s3 = client(url, "s3")
    s3.create_bucket(Bucket="mine")
    s3.put_object(Bucket="mine", Key="a key/ä+%20~", Body=b"secret", ChecksumAlgorithm="SHA256")
    assert s3.get_object(Bucket="mine", Key="a key/ä+%20~")["Body"].read() == b"secret"
    address = s3.generate_presigned_url("get_object", Params={"Bucket": "mine", "Key": "a key/ä+%20~"})
    assert httpx.get(address).content == b"secret"
    assert httpx.get(f"{address}0").status_code == 403
    assert httpx.put(f"{url}/mine/evil", content=b"x").status_code == 403
    claimed = {"x-localstack-data": "{}", "authorization": "AWS4-HMAC-SHA256 Credential=test/x"}
    assert httpx.get(f"{url}/mine", headers=claimed).status_code == 403


def test_a_session_of_a_role_signs_with_its_own_secret(url: str) -> None:
    client(url, "iam").create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    role = {"RoleArn": "arn:aws:iam::000000000000:role/reader", "RoleSessionName": "reader"}
    keys = client(url, "sts").assume_role(**role)["Credentials"]
    session = keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    assert client(url, "sts", *session).get_caller_identity()["Arn"].endswith("assumed-role/reader/reader")
    for wrong in ((session[0], "test", session[2]), (session[0], session[1], "another")):
        with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
            client(url, "sts", *wrong).get_caller_identity()


def test_its_services_call_each_other(url: str) -> None:
    """SNS sends to SQS, and CloudFormation makes what a template has."""
    sqs, sns, stacks = (client(url, service) for service in ("sqs", "sns", "cloudformation"))
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:q")
    sns.publish(TopicArn=topic, Message="heard")
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert json.loads(message["Body"])["Message"] == "heard"
    stacks.create_stack(StackName="made", TemplateBody=json.dumps(QUEUE))
    stacks.get_waiter("stack_create_complete").wait(StackName="made", WaiterConfig={"Delay": 1})
