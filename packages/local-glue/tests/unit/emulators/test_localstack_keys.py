"""With KEYS=own LocalStack answers who signs with a secret that it knows, in every way that SDKs sign."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from local_glue.emulators import localstack_keys
from local_glue.emulators.localstack_keys import Key, KeyCheck
from local_glue.http.signatures import SignedRequest

OWN, SECRET, INTERNAL = "SANDBOXABCDEFGHIJKL", "a secret", "of LocalStack itself"
SESSIONS = {"ASIAOFAROLE": Key("of a session", "a token")}
CHECK = KeyCheck(OWN, SECRET, SESSIONS.get, INTERNAL)
URL = "http://localhost:4566"
WRONG = "SignatureDoesNotMatch"


class Sent(Exception):  # noqa: N818 - carries the request that would have been sent
    def __init__(self, request: SignedRequest) -> None:
        super().__init__("sent")
        self.request = request


def as_sent(method: str, url: str, headers: Mapping[str, Any], body: bytes = b"") -> SignedRequest:
    parts = urlsplit(url)
    text = {n.lower(): v.decode() if isinstance(v, bytes) else str(v) for n, v in headers.items()}
    return SignedRequest(method, parts.path or "/", parts.query, {"host": parts.netloc, **text}, body)


def client(
    service: str,
    key: str = OWN,
    secret: str = SECRET,
    token: str | None = None,
    version: str | None = None,
    style: Literal["path", "virtual"] = "path",
) -> Any:
    made = boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=URL,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(signature_version=version, s3={"addressing_style": style}),
    )

    def stop(request: Any, **_: Any) -> None:
        sent = request.body or b""
        body = sent.read() if hasattr(sent, "read") else sent.encode() if isinstance(sent, str) else sent
        raise Sent(as_sent(request.method, request.url, request.headers, body))

    made.meta.events.register("before-send", stop)
    return made


def request_of(made: Any, operation: str, **arguments: Any) -> SignedRequest:
    with pytest.raises(Sent) as caught:
        getattr(made, operation)(**arguments)
    return caught.value.request


CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3", "list_buckets", {}),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "a b/ä+%20~", "Delimiter": "/"}),
    ("s3", "put_object", {"Bucket": "b", "Key": "a key/ä+b%20~(1).bin", "Body": b"x"}),
    ("dynamodb", "list_tables", {}),
    ("sqs", "send_message", {"QueueUrl": f"{URL}/000000000000/q", "MessageBody": "a&b=c"}),
    ("iam", "create_role", {"RoleName": "r", "AssumeRolePolicyDocument": '{"a": "ä"}'}),
    ("lambda", "get_function", {"FunctionName": "arn:aws:lambda:eu-west-1:000000000000:function:f"}),
    ("cloudformation", "describe_stacks", {"StackName": "s t"}),
    ("glue", "get_jobs", {}),
]


def code(request: SignedRequest) -> str:
    refusal = CHECK.refusal(request)
    return refusal.code if refusal else ""


@pytest.mark.parametrize(("service", "operation", "arguments"), CALLS)
def test_every_kind_of_call_passes_with_the_sandboxs_secret_and_no_other(
    service: str, operation: str, arguments: dict[str, Any]
) -> None:
    assert code(request_of(client(service), operation, **arguments)) == ""
    assert code(request_of(client(service, secret="test"), operation, **arguments)) == WRONG
    for everybodys in ("test", "000000000000", "AKIAIOSFODNN7EXAMPLE"):
        refused = request_of(client(service, everybodys, "test"), operation, **arguments)
        assert code(refused) == "InvalidClientTokenId"


def test_a_session_signs_with_its_own_secret_and_shows_its_token() -> None:
    session = "ASIAOFAROLE", "of a session"
    assert code(request_of(client("s3", *session, "a token"), "list_buckets")) == ""
    for token in (None, "another"):
        assert code(request_of(client("s3", *session, token), "list_buckets")) == WRONG
    assert code(request_of(client("s3", OWN, SECRET, "a token"), "list_buckets")) == WRONG


def test_what_was_signed_cannot_be_changed() -> None:
    sent = request_of(client("dynamodb"), "delete_table", TableName="mine")
    parts = {"raw_path": sent.raw_path, "query": sent.query, "headers": sent.headers, "body": sent.body}
    for other in (
        {"body": b'{"TableName": "yours"}'},
        {"query": "a=b"},
        {"raw_path": "/other"},
        {"headers": {**sent.headers, "x-amz-target": "DynamoDB_20120810.DeleteBackup"}},
    ):
        assert code(SignedRequest(sent.method, **{**parts, **other})) == WRONG  # type: ignore[arg-type]
    assert code(SignedRequest("PUT", **parts)) == WRONG  # type: ignore[arg-type]


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_an_address_signed_as_boto3_does_by_default_passes(style: Literal["path", "virtual"]) -> None:
    for seconds, expected in ((60, ""), (-60, "RequestExpired")):
        made = client("s3", version="s3", style=style)
        given = {"Bucket": "b.c", "Key": "a key/ä+%", "ResponseContentType": "text/csv"}
        url = made.generate_presigned_url("get_object", Params=given, ExpiresIn=seconds)
        assert "AWSAccessKeyId" in url
        assert code(as_sent("GET", url, {})) == expected
    session = client("s3", "ASIAOFAROLE", "of a session", "a token", version="s3", style=style)
    put = session.generate_presigned_url(
        "put_object", Params={"Bucket": "b", "Key": "k", "ContentType": "x/y"}
    )
    assert code(as_sent("PUT", put, {"content-type": "x/y"})) == ""
    for changed in (put.replace("/k?", "/l?"), put.replace("Expires=", "Expires=9")):
        assert code(as_sent("PUT", changed, {"content-type": "x/y"})) == WRONG
    assert code(as_sent("DELETE", put, {"content-type": "x/y"})) == WRONG


def test_a_signed_address_passes_until_it_expires() -> None:
    made = client("s3", version="s3v4")
    url = made.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "a key/ä+%"}, ExpiresIn=60)
    assert code(as_sent("GET", url, {})) == ""
    assert code(as_sent("GET", url.replace("/b/", "/c/"), {})) == WRONG
    assert code(as_sent("PUT", url, {})) == WRONG
    longer = url.replace("X-Amz-Expires=60", "X-Amz-Expires=600")
    assert code(as_sent("GET", longer, {})) == WRONG
    endless = url.replace("X-Amz-Expires=60", "X-Amz-Expires=99999999")
    assert code(as_sent("GET", endless, {})) == "AccessDenied"


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_signature_of_another_time_is_refused(minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = request_of(client("s3"), "list_buckets")

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(minutes=minutes)

    assert code(sent) == ""
    monkeypatch.setattr(localstack_keys, "datetime", Later)
    assert code(sent) == "RequestExpired"


@pytest.mark.parametrize(
    ("method", "target", "headers", "expected"),
    [
        ("GET", "/b/key", {}, "AccessDenied"),
        ("PUT", "/b/key", {"authorization": "AWS SANDBOX:sig"}, "AccessDenied"),
        ("GET", "/b/key?AWSAccessKeyId=test&Signature=x&Expires=9999999999", {}, "InvalidClientTokenId"),
        ("GET", "/b/key?AWSAccessKeyId=test&Signature=x", {}, "AccessDenied"),
        ("GET", "/?Action=DeleteTopic", {}, "AccessDenied"),
        ("GET", "/?Action=ConfirmSubscription&Action=DeleteTopic", {}, "AccessDenied"),
        ("OPTIONS", "/", {"x-amz-target": "DynamoDB_20120810.DeleteTable"}, "AccessDenied"),
        ("GET", "/%5Fglue/x", {}, ""),  # a control path: the token is asked for
        ("GET", "/_aws%2Fexecute-api/x", {}, "AccessDenied"),  # decoded, it is none
        ("GET", "/_localstack/health", {}, ""),
        ("OPTIONS", "/b/key", {}, ""),
        ("GET", "/?Action=ConfirmSubscription&Token=t", {}, ""),
    ],
)
def test_what_needs_no_signature_is_little(
    method: str, target: str, headers: dict[str, str], expected: str
) -> None:
    assert code(as_sent(method, URL + target, headers)) == expected


def test_localstacks_own_calls_are_signed_with_a_secret_that_nobody_else_knows() -> None:
    claimed = {"x-localstack-data": "{}"}
    for secret, expected in ((INTERNAL, ""), ("__internal_call__", WRONG), (SECRET, WRONG)):
        sent = request_of(client("s3", "000000000000", secret), "list_buckets")
        own = SignedRequest(sent.method, sent.raw_path, sent.query, {**sent.headers, **claimed}, b"")
        assert code(own) == expected


def authorized(request: SignedRequest, caller: str | None = None) -> dict[str, Any]:
    asked = {
        "Caller": caller,
        "Method": request.method,
        "Path": request.raw_path,
        "Query": request.query,
        "Headers": [[name.title(), value] for name, value in request.headers.items()],
        "Body": base64.b64encode(request.body).decode(),
        "Permissions": [],
    }
    answer: dict[str, Any] = json.loads(CHECK.authorize(json.dumps(asked).encode()))
    return answer


def test_the_local_glue_service_is_told_who_signed() -> None:
    assert authorized(request_of(client("glue"), "get_jobs")) == {"Allowed": True}
    assert authorized(request_of(client("glue", "test", "test"), "get_jobs")) == {
        "Allowed": False,
        "Code": "InvalidClientTokenId",
        "Message": "The security token included in the request is invalid.",
        "Status": 403,
    }
    # Glue is asked at any path, also at those that need no signature of LocalStack.
    unsigned = as_sent("POST", f"{URL}/_localstack/health", {"x-amz-target": "AWSGlue.GetJobs"}, b"{}")
    assert authorized(unsigned)["Allowed"] is False
    assert authorized(unsigned, caller=OWN) == {"Allowed": True}
