"""KEYS=own with MiniStack in a container, with the variables that `make up` gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from checkout import ROOT
from container_support.containers import Container, docker, mount
from glue_service.aws import trust_in

from glue_sandbox.containers.env_files import prepare
from glue_sandbox.images.selection import named
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.settings import Settings

pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]
TARGET = "DynamoDB_20120810.ListTables"


@dataclass(frozen=True)
class Emulator:
    """A MiniStack with keys of its own, and the settings that it was started with."""

    url: str
    settings: Settings

    def client(self, service: str, key: str = "", secret: str = "", token: str | None = None) -> Any:
        """Make a client, of the sandbox's own keys where none are given."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name=self.settings.region,
            aws_access_key_id=key or self.settings.access_key,
            aws_secret_access_key=secret or self.settings.secret_key,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )


@pytest.fixture(scope="module")
def emulator(names: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    settings = Settings(
        state=tmp_path_factory.mktemp("own") / "state", mode="containers", emulator="ministack", keys="own"
    )
    prepare(settings, named(settings, "slim", {}).names)
    files = (settings.state / "compose" / name for name in ("emulator.env", "control.env"))
    quoted = (item for file in files for item in read_env_file(file).items())
    environment = [word for name, value in quoted for word in ("--env", f"{name}={value.strip(chr(39))}")]
    code = mount(ROOT / "packages/local-glue/src/local_glue", "/opt/local-glue/local_glue")
    options = ["--publish", "127.0.0.1::4566", "--read-only", "--tmpfs", "/tmp:exec", *environment, *code]  # noqa: S108
    container = Container("own-ministack", names["MINISTACK_IMAGE"], options)
    health = "import urllib.request as u; u.urlopen('http://127.0.0.1:4566/_ministack/health')"
    container.wait_until("healthy", "python3", "-c", health)
    yield Emulator(f"http://{docker('port', container.name, '4566').splitlines()[0]}", settings)
    docker("rm", "--force", "--volumes", container.name)


@pytest.mark.parametrize(
    ("service", "call"), [("s3", "list_buckets"), ("dynamodb", "list_tables"), ("iam", "list_roles")]
)
def test_only_the_sandboxs_own_keys_call(emulator: Emulator, service: str, call: str) -> None:
    assert getattr(emulator.client(service), call)()["ResponseMetadata"]["HTTPStatusCode"] == 200
    for key, secret in (("test", "test"), ("0" * 12, "test"), (emulator.settings.access_key, "test")):
        with pytest.raises(ClientError) as caught:
            getattr(emulator.client(service, key, secret), call)()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403), caught.value


def test_a_session_of_a_role_signs_with_its_own_secret(emulator: Emulator) -> None:
    trust = trust_in("glue.amazonaws.com")
    emulator.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trust)
    role = {"RoleArn": "arn:aws:iam::000000000000:role/reader", "RoleSessionName": "reader"}
    keys = emulator.client("sts").assume_role(**role)["Credentials"]
    session = keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    who = emulator.client("sts", *session).get_caller_identity()["Arn"]
    assert who.endswith("assumed-role/reader/reader")
    with pytest.raises(ClientError):
        emulator.client("sts", session[0], "test", session[2]).get_caller_identity()


def test_a_body_is_held_to_the_hash_that_was_signed_for_it(emulator: Emulator) -> None:
    headers = {
        "X-Amz-Content-SHA256": hashlib.sha256(b"{}").hexdigest(),
        "X-Amz-Target": TARGET,
        "Content-Type": "application/x-amz-json-1.0",
    }
    request = AWSRequest("POST", f"{emulator.url}/", headers, b"{}")
    keys = Credentials(emulator.settings.access_key, emulator.settings.secret_key)
    SigV4Auth(keys, "dynamodb", emulator.settings.region).add_auth(request)
    signed = dict(request.headers.items())
    assert httpx.post(f"{emulator.url}/", headers=signed, content=b"{}").status_code == 200
    assert httpx.post(f"{emulator.url}/", headers=signed, content=b"{ }").status_code in (400, 403)


def test_its_control_paths_want_the_token(emulator: Emulator) -> None:
    address = f"{emulator.url}/_ministack/reset"
    assert httpx.post(address).status_code == 403
    token = {"x-local-glue-token": emulator.settings.control_token}
    assert httpx.post(address, headers=token).status_code == 200
