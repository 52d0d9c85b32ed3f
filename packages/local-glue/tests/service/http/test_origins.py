"""Web pages that are open in the user's browser: those of other sites can do nothing here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService

from local_glue.http.origins import AccessRules, read_rules

FOREIGN = [
    "https://evil.example",
    "http://evil.example:4566",
    "null",
    "http://localhost.evil.example",
    "http://localhost:3000",  # another program of this machine serves it
    "http://localhost",
    "http://localhost@evil.example",
    "http://127.0.0.1:4566",  # not the name that the request was sent to
    "http://bucket.s3.localhost:4566",
    "chrome-extension://localhost:4566",
    "http://localhost:4566 evil",
    "",
]
HOSTS_OF_THIS_MACHINE = [
    "localhost",
    "LOCALHOST:4566",
    "127.0.0.1:8080",
    "[::1]:3000",
    "bucket.localhost:4566",
    "bucket.s3.localhost.localstack.cloud:4566",
    "my.bucket.s3.localhost.localstack.cloud:4566",
    "localhost.localstack.cloud",
    "bucket.s3.us-east-1.amazonaws.com",
    "glue:4566",
    "bucket.emulator:4566",
]
OTHER_HOSTS = [
    "evil.example",
    "evil.example:4566",
    "localhost.evil.example",
    "evillocalhost",
    "127.0.0.1.evil.example",
    "127.0.0.2",
    "localhost.localstack.cloud.evil.example",
    "evilamazonaws.com",
    "evilglue",
    "localhost@evil.example",
    "localhost:4566@evil.example",
    "localhost evil",
    "localhost,evil.example",
    "localhost\u00e9",
    "[::2]",
    "",
]


def scope(host: str = "localhost:4566", query: str = "", method: str = "POST", **headers: str) -> Any:
    """An ASGI scope; header names have underscores."""
    named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    return {"type": "http", "method": method, "path": "/", "query_string": query.encode(), "headers": encoded}


RULES = AccessRules(hosts=frozenset({"glue", "emulator"}))


def test_a_page_is_this_endpoints_own_or_foreign() -> None:
    for origin in FOREIGN:
        assert f"of the origin {origin.lower()} may not" in str(RULES.refusal(scope(origin=origin))), origin
    for origin in ("http://localhost:4566", "https://LOCALHOST:4566"):
        assert RULES.refusal(scope(origin=origin)) is None, origin


def test_a_host_name_leads_here_alone_or_is_refused() -> None:
    for host in OTHER_HOSTS:
        assert f"No host of the name {host.lower()!r} is here" in str(RULES.refusal(scope(host))), host
    for host in HOSTS_OF_THIS_MACHINE:
        assert RULES.refusal(scope(host)) is None, host


def test_a_request_without_a_host_is_refused_and_each_of_two_counts() -> None:
    none = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    assert RULES.refusal(none) is not None
    two = [(b"host", b"localhost"), (b"host", b"evil.example")]
    for headers in (two, two[::-1]):
        assert "evil.example" in str(RULES.refusal(none | {"headers": headers}))


def test_a_second_origin_does_not_hide_the_first() -> None:
    asked = scope(origin="https://evil.example")
    asked["headers"].append((b"origin", b"http://localhost:4566"))
    assert "https://evil.example" in str(RULES.refusal(asked))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_what_a_browser_marks_as_from_elsewhere_is_refused_whatever_its_method(method: str) -> None:
    for where, may in (("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True)):
        asked = scope(method=method, sec_fetch_site=where, sec_fetch_mode="navigate")
        assert (RULES.refusal(asked) is None) == may, where
    tool = AccessRules(origins=frozenset({"https://tool.example"}))
    asked = scope(method=method, sec_fetch_site="cross-site", origin="https://tool.example")
    assert tool.refusal(asked) is None


@pytest.mark.parametrize(
    "query",
    [
        "Action=CreateStack",
        "%41ction=CreateStack",
        "%41%63%74%69%6f%6e=CreateStack&Version=2010-05-15",
        "a=b&action=createstack",
        "Action=ListStacks&Action=CreateStack",
        "Action=%43reateStack&X-Amz-Signature=0&X-Amz-Credential=test/20260101/us-east-1/cloudformation/aws4_request",
        "Action=",
    ],
)
def test_a_get_that_changes_something_is_signed_in_a_header_which_no_image_can_send(query: str) -> None:
    for method in ("GET", "HEAD"):
        assert "without an Authorization header" in str(RULES.refusal(scope(query=query, method=method)))
        assert RULES.refusal(scope(query=query, method=method, authorization="AWS4-HMAC-SHA256 x")) is None


def test_a_get_that_reads_needs_no_header_nor_does_a_link_with_a_token_of_its_own() -> None:
    for query in ("Action=ListStacks", "list-type=2&prefix=Action", "Action=ConfirmSubscription&Token=1"):
        assert RULES.refusal(scope(query=query, method="GET")) is None, query


@pytest.mark.parametrize("origin", FOREIGN[:3])
def test_a_foreign_page_makes_no_job(service: GlueService, origin: str) -> None:
    name = f"evil-{uuid.uuid4().hex[:8]}"
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    asked = {"Name": name, "Role": ROLE, "Command": command}
    headers = {"X-Amz-Target": "AWSGlue.CreateJob", "Content-Type": "text/plain", "Origin": origin}
    answer = httpx.post(service.url, headers=headers, content=json.dumps(asked))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.json()["__type"] == "AccessDeniedException"
    assert f"A web page of the origin {origin} may not use this endpoint" in answer.json()["message"]
    assert "ALLOWED_ORIGINS" in answer.json()["message"]
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        service.aws("glue").get_job(JobName=name)


def test_a_foreign_page_has_no_resource_of_a_stack_made(service: GlueService) -> None:
    headers = {"Origin": "https://evil.example"}
    asked = {"RequestType": "Create", "ResourceType": "AWS::Glue::Job"}
    answer = httpx.post(f"{service.url}/_glue/cloudformation", headers=headers, json=asked)
    assert answer.status_code == 403


def test_a_foreign_page_reaches_nothing_behind_the_endpoint(service: GlueService) -> None:
    url, headers = f"{service.url}/{BUCKET}/evil", {"Origin": "https://evil.example"}
    answer = httpx.put(url, headers=headers, content=b"x" * 1_000_000)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/xml"
    assert "<Code>AccessDenied</Code><Message>A web page of the origin https://evil.example" in answer.text
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target"}
    preflight = httpx.options(service.url, headers=headers | asking)
    assert preflight.status_code == 403
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    assert "Contents" not in service.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix="evil")


def test_a_host_name_of_somebody_else_that_leads_here_is_answered_by_nothing(service: GlueService) -> None:
    for path in ("/", "/_glue/health", "/_glue/cloudformation", "/2015-03-31/functions/f/configuration"):
        answer = httpx.get(f"{service.url}{path}", headers={"Host": "evil.example:4566"})
        assert answer.status_code == 403, path
        assert "No host of the name 'evil.example:4566' is here" in answer.text


def test_an_image_of_another_page_is_refused_also_where_the_parameter_is_encoded(
    service: GlueService,
) -> None:
    call = "/?%41ction=CreateStack&Version=2010-05-15&StackName=evil&TemplateBody=%7B%7D"
    answer = httpx.get(service.url + call)
    assert answer.status_code == 403
    assert "A GET without an Authorization header may not call CreateStack" in answer.text
    headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    answer = httpx.get(f"{service.url}/{BUCKET}", headers=headers)
    assert answer.status_code == 403
    assert "A web page of another site may not use this endpoint" in answer.text
    service.aws("s3").put_object(Bucket=BUCKET, Key="seen", Body=b"x")
    url = service.aws("s3").generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "seen"})
    assert httpx.get(url, headers={"Sec-Fetch-Site": "none"}).content == b"x"  # typed, or from a terminal


def test_the_pages_that_are_allowed_may(
    service: GlueService, own_service: Callable[..., GlueService]
) -> None:
    allowing = own_service(GLUE_ALLOWED_ORIGINS="https://Tool.example, null")
    headers = {"X-Amz-Target": "AWSGlue.ListJobs"}
    for url, origin, status in (
        (service.url, service.url, 200),
        (service.url, "http://localhost:3000", 403),
        (service.url, "https://tool.example", 403),
        (allowing.url, "https://tool.example", 200),
        (allowing.url, "null", 200),
        (allowing.url, "https://tool.example.evil.example", 403),
    ):
        for path, more in (("/", headers), (f"/{BUCKET}", {})):
            asked = {"headers": {**more, "Origin": origin}, "content": b"{}" if more else None}
            answer = httpx.request("POST" if more else "GET", f"{url}{path}", **asked)  # type: ignore[arg-type]
            assert answer.status_code == status, (url, path, origin)


def test_lists_are_read_as_people_write_them() -> None:
    given = {"GLUE_ALLOWED_ORIGINS": " https://A.example ,null,", "GLUE_ALLOWED_HOSTS": "My-Machine"}
    assert read_rules(given) == AccessRules(
        frozenset({"https://a.example", "null"}), frozenset({"my-machine"})
    )
    assert read_rules({}) == AccessRules()
