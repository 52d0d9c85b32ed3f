"""KEYS=own: who does not know this sandbox's secret calls nothing, another user of the machine neither."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from deliveries import ROOT
from glue_service.aws import trust_in

from glue_sandbox.clients import client
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import glue, ministack
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings, load_settings

NOBODY = 65534
BUCKET = "own-keys"
# What any other account can try: to read the keys, and to call with those that everybody knows.
INTRUDER = """
import json, sys, urllib.request
seen = {}
for path in json.loads(sys.argv[1]):
    try:
        seen[path] = open(path).read()
    except PermissionError:
        pass
for url in json.loads(sys.argv[2]):
    for key in ("test", "000000000000", json.loads(sys.argv[3])):
        scope = f"{key}/20260101/us-east-1/s3/aws4_request"
        signed = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        request = urllib.request.Request(url, headers={"Authorization": signed})
        try:
            seen[f"{url} {key}"] = urllib.request.urlopen(request).read().decode()
        except urllib.error.HTTPError as error:
            if error.code not in (400, 403):
                raise
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A sandbox with keys of its own, without Airflow."""
    ports = dict(zip(("sandbox_port", "emulator_port", "airflow_port"), free_ports(3), strict=True))
    state = tmp_path_factory.mktemp("own") / "state"
    chosen = load_settings().model_copy(
        update={**ports, "state": state, "keys": "own", "glue_warm_drivers": 0}
    )
    supervisor = Supervisor(chosen)
    try:
        for service in (ministack, glue):
            supervisor.ensure(service(chosen))
        client(chosen, "s3").create_bucket(Bucket=BUCKET)
        client(chosen, "s3").put_object(Bucket=BUCKET, Key="secret.csv", Body=b"secret")
        yield chosen
    finally:
        supervisor.stop_all()


def with_keys(settings: Settings, service: str, key: str, secret: str, url: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=settings.region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@pytest.mark.parametrize("port", ["endpoint_url", "emulator_url"])
@pytest.mark.parametrize(
    ("service", "call"),
    [("s3", "list_buckets"), ("dynamodb", "list_tables"), ("iam", "list_roles"), ("glue", "get_jobs")],
)
def test_only_the_sandboxs_own_keys_call(own: Settings, service: str, call: str, port: str) -> None:
    url = getattr(own, port)
    mine = with_keys(own, service, own.access_key, own.secret_key, url)
    assert getattr(mine, call)()["ResponseMetadata"]["HTTPStatusCode"] == 200
    for key, secret in (("test", "test"), ("0" * 12, "test"), (own.access_key, "test"), ("1" * 12, "test")):
        with pytest.raises(ClientError) as caught:
            getattr(with_keys(own, service, key, secret, url), call)()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403), (key, caught.value)


def test_every_way_to_sign_an_object_passes_and_an_unsigned_one_does_not(own: Settings) -> None:
    s3, body = client(own, "s3"), os.urandom(300_000)
    s3.put_object(Bucket=BUCKET, Key="a key/ä+b%20~.bin", Body=body, ChecksumAlgorithm="SHA256")
    assert s3.get_object(Bucket=BUCKET, Key="a key/ä+b%20~.bin")["Body"].read() == body
    s3.upload_file(str(Path(__file__)), BUCKET, "this.py")  # streamed, with a trailing checksum
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a key/ä+b%20~.bin"})
    assert httpx.get(url).content == body
    put = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "given"})
    assert httpx.put(put, content=body).status_code == 200
    for address in (own.endpoint_url, own.emulator_url):
        assert httpx.get(f"{address}/{BUCKET}/this.py").status_code == 403
        assert httpx.put(f"{address}/{BUCKET}/evil", content=b"x").status_code == 403
        assert httpx.get(url.replace(own.endpoint_url, address) + "0").status_code == 403


@pytest.mark.parametrize("port", ["endpoint_url", "emulator_url"])
@pytest.mark.parametrize(
    ("service", "method", "path", "target"),
    [
        ("glue", "POST", "/", "AWSGlue.ListJobs"),
        ("dynamodb", "POST", "/", "DynamoDB_20120810.ListTables"),
        ("s3", "PUT", f"/{BUCKET}/exchanged", ""),
    ],
)
def test_a_body_that_is_not_the_one_whose_hash_was_signed_is_refused(
    own: Settings, port: str, service: str, method: str, path: str, target: str
) -> None:
    def answer_to(signed: bytes, sent: bytes) -> httpx.Response:
        headers = {
            "X-Amz-Content-SHA256": hashlib.sha256(signed).hexdigest(),
            **({"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"} if target else {}),
        }
        url = f"{getattr(own, port)}{path}"
        request = AWSRequest(method, url, headers, signed)
        auth = S3SigV4Auth if service == "s3" else SigV4Auth
        auth(Credentials(own.access_key, own.secret_key), service, own.region).add_auth(request)
        return httpx.request(method, url, headers=dict(request.headers.items()), content=sent)

    assert answer_to(b"{}", b"{}").status_code == 200
    refused = answer_to(b"{}", b"{ }")
    assert refused.status_code in (400, 403), refused.text


def test_a_session_of_a_role_signs_with_its_own_secret(own: Settings) -> None:
    iam = client(own, "iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust_in("glue.amazonaws.com"))
    allow = {"Effect": "Allow", "Action": ["s3:GetObject", "glue:GetJobs"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document)
    arn = "arn:aws:iam::000000000000:role/reader"
    keys = client(own, "sts").assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], own.region)
    assert session.client("glue", endpoint_url=own.endpoint_url).get_jobs()["Jobs"] == []
    reader = session.client(
        "s3", endpoint_url=own.endpoint_url, config=Config(s3={"addressing_style": "path"})
    )
    assert reader.get_object(Bucket=BUCKET, Key="secret.csv")["Body"].read() == b"secret"
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.put_object(Bucket=BUCKET, Key="evil", Body=b"x")


def test_what_make_env_prints_is_what_tools_need(own: Settings) -> None:
    variables = {"KEYS": "own", "SANDBOX_STATE": str(own.state), "SANDBOX_PORT": str(own.sandbox_port)}
    python = own.python("sandbox")
    paths = ("packages/glue-sandbox/src", "packages/local-glue/src", "glue", "scripts")
    environ = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(str(ROOT / path) for path in paths)}
    script = (
        f'eval "$({python} -m glue_sandbox env)" && {python} -c "import boto3; '
        f"print(boto3.client('s3').list_objects_v2(Bucket='{BUCKET}', Prefix='secret')['KeyCount'])\""
    )
    done = subprocess.run(["bash", "-c", script], env=environ, capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr


def test_the_registry_of_images_asks_for_the_password_that_a_signed_call_gives(own: Settings) -> None:
    registry = f"{own.endpoint_url}/v2/"
    assert httpx.get(registry).status_code == 401
    assert httpx.get(registry, auth=("AWS", "ministack-auth-token")).status_code == 401
    told = client(own, "ecr").get_authorization_token()["authorizationData"][0]
    login = {"Authorization": f"Basic {told['authorizationToken']}"}
    assert httpx.get(registry, headers=login).status_code == 200


@pytest.mark.skipif(os.getuid() != 0, reason="another user of the machine was not tried: needs root")
def test_another_user_of_the_machine_reads_no_key_and_calls_nothing(own: Settings) -> None:
    files = [str(path) for path in own.state.rglob("*") if path.is_file()]
    assert str(own.state / "keys.json") in files
    urls = [f"{url}/{BUCKET}/secret.csv" for url in (own.endpoint_url, own.emulator_url)]
    done = subprocess.run(
        [
            *("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
            *(
                "/usr/bin/python3",
                "-c",
                INTRUDER,
                json.dumps(files),
                json.dumps(urls),
                json.dumps(own.access_key),
            ),
        ],
        capture_output=True,
        text=True,
        env={"PATH": os.defpath},
        cwd="/",
        check=False,
    )
    assert json.loads(done.stdout or "null") == {}, done.stderr


def test_all_of_a_sandboxs_state_is_its_owners_alone(own: Settings) -> None:
    modes = {
        path: stat.S_IMODE(path.lstat().st_mode) for path in own.state.rglob("*") if not path.is_symlink()
    }
    assert {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_writes_that_a_kill_left_in_the_journal_are_done_again(own: Settings) -> None:
    """The journal keeps no secret, so that what is done again cannot be signed."""
    dynamodb = client(own, "dynamodb")
    key = {"AttributeName": "k", "AttributeType": "S"}
    dynamodb.create_table(
        TableName="kept",
        AttributeDefinitions=[key],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    supervisor = Supervisor(own)
    process = supervisor.table.running("ministack")
    assert process is not None
    dynamodb.put_item(TableName="kept", Item={"k": {"S": "v"}})
    process.kill()
    process.wait(10)
    supervisor.ensure(ministack(own))
    assert dynamodb.scan(TableName="kept")["Items"] == [{"k": {"S": "v"}}]
