"""Web pages that are open in the user's browser: those of other sites can do nothing here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import httpx
import pytest
from botocore.exceptions import ClientError
from glue_service.support import BUCKET, ROLE, Stage

from local_glue.http.origins import foreign_page, listed

FOREIGN = [
    "https://evil.example",
    "http://evil.example:4566",
    "null",
    "http://localhost.evil.example",
    "http://evillocalhost",
    "http://localhost@evil.example",
    "http://127.0.0.1.evil.example",
    "http://127.0.0.2",
    "https://localstack.cloud",
    "https://localhost.localstack.cloud.evil.example",
    "http://[::2]",
    "chrome-extension://localhost",
    "http://localhost evil",
    "",
]
OF_THIS_MACHINE = [
    "http://localhost",
    "http://localhost:4566",
    "https://LOCALHOST:8443",
    "http://127.0.0.1:8080",
    "http://[::1]:3000",
    "http://bucket.s3-website.localhost:4566",
    "https://localhost.localstack.cloud:4566",
    "http://bucket.s3-website.localhost.localstack.cloud:4566",
]


@pytest.mark.parametrize(("origins", "is_foreign"), [(FOREIGN, True), (OF_THIS_MACHINE, False)])
def test_an_origin_is_this_machine_or_foreign(origins: list[str], is_foreign: bool) -> None:
    for origin in origins:
        scope = {"headers": [(b"origin", origin.encode("latin-1"))], "query_string": b""}
        assert (foreign_page(scope, ()) is not None) == is_foreign, origin


def test_a_second_origin_does_not_hide_the_first() -> None:
    headers = [(b"origin", b"https://evil.example"), (b"origin", b"http://localhost")]
    assert foreign_page({"headers": headers, "query_string": b""}, ()) == "of the origin https://evil.example"


@pytest.mark.parametrize("origin", FOREIGN[:3])
def test_a_foreign_page_makes_no_job(stage: Stage, origin: str) -> None:
    name = f"evil-{uuid.uuid4().hex[:8]}"
    command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    asked = {"Name": name, "Role": ROLE, "Command": command}
    headers = {"X-Amz-Target": "AWSGlue.CreateJob", "Content-Type": "text/plain", "Origin": origin}
    answer = httpx.post(stage.url, headers=headers, content=json.dumps(asked))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.json()["__type"] == "AccessDeniedException"
    assert f"A web page of the origin {origin} may not use this endpoint" in answer.json()["message"]
    assert "ALLOWED_ORIGINS" in answer.json()["message"]
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        stage.aws("glue").get_job(JobName=name)


def test_a_foreign_page_has_no_resource_of_a_stack_made(stage: Stage) -> None:
    headers = {"Origin": "https://evil.example"}
    asked = {"RequestType": "Create", "ResourceType": "AWS::Glue::Job"}
    answer = httpx.post(f"{stage.url}/_glue/cloudformation", headers=headers, json=asked)
    assert answer.status_code == 403


def test_a_foreign_page_reaches_nothing_behind_the_front_door(stage: Stage) -> None:
    url, headers = f"{stage.url}/{BUCKET}/evil", {"Origin": "https://evil.example"}
    answer = httpx.put(url, headers=headers, content=b"x" * 1_000_000)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/xml"
    assert "<Code>AccessDenied</Code><Message>A web page of the origin https://evil.example" in answer.text
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target"}
    preflight = httpx.options(stage.url, headers=headers | asking)
    assert preflight.status_code == 403
    assert not [name for name in preflight.headers if name.startswith("access-control")]
    assert "Contents" not in stage.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix="evil")


def test_an_image_or_a_link_of_another_site_calls_no_service_but_may_show_an_object(stage: Stage) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    call = {"Version": "2010-05-15", "Action": "CreateStack", "StackName": "evil", "TemplateBody": "{}"}
    answer = httpx.get(stage.url, params=call, headers=headers)
    assert answer.status_code == 403
    assert "A web page of another site may not use this endpoint" in answer.text
    stage.aws("s3").put_object(Bucket=BUCKET, Key="seen", Body=b"x")
    url = stage.aws("s3").generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "seen"})
    assert httpx.get(url, headers=headers).content == b"x"


def test_pages_of_this_machine_and_those_that_are_allowed_may(
    stage: Stage, own_stage: Callable[..., Stage]
) -> None:
    allowing = own_stage(GLUE_ALLOWED_ORIGINS="https://Tool.example, null")
    headers = {"X-Amz-Target": "AWSGlue.ListJobs"}
    for url, origin, status in (
        (stage.url, "http://localhost:3000", 200),
        (stage.url, "https://tool.example", 403),
        (allowing.url, "https://tool.example", 200),
        (allowing.url, "null", 200),
        (allowing.url, "https://tool.example.evil.example", 403),
    ):
        for path, more in (("/", headers), (f"/{BUCKET}", {})):
            asked = {"headers": {**more, "Origin": origin}, "content": b"{}" if more else None}
            answer = httpx.request("POST" if more else "GET", f"{url}{path}", **asked)  # type: ignore[arg-type]
            assert answer.status_code == status, (url, path, origin)


def test_a_list_of_origins_is_read_as_people_write_it() -> None:
    assert listed(" https://A.example ,null,") == {"https://a.example", "null"}
    assert listed("") == frozenset()
