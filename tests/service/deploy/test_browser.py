"""A real browser on a page of somebody else: it shows the page, and nothing happens here.

What browsers send by themselves (Host, Origin, Sec-Fetch-…, preflights) is proven here alone. One start of
the browser costs some seconds.
"""

from __future__ import annotations

import http.server
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import browser_or_skip, opened

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings

# Each port is tried in each way that a page has. The page says when all have been answered.
PAGE = """<!doctype html><title>evil</title><body><script>
const stack = "Version=2010-05-15&StackName=%(name)s&TemplateBody=" + encodeURIComponent(JSON.stringify(
  {Resources: {B: {Type: "AWS::S3::Bucket", Properties: {BucketName: "%(name)s"}}}}));
const signed = "&X-Amz-Signature=0&X-Amz-Credential=test/20260101/us-east-1/cloudformation/aws4_request";
const tries = [];
const image = url => new Promise(done => {
  const i = new Image(); i.onload = i.onerror = done; i.src = url; document.body.append(i); });
const show = async answer => document.title += await answer.text();
for (const url of %(urls)s) {
  const form = new URLSearchParams("Action=CreateStack&" + stack);
  tries.push(image(`${url}/?Action=CreateStack&${stack}${signed}`));
  tries.push(image(`${url}/?%%41ction=CreateStack&${stack}`));
  tries.push(fetch(url, {method: "POST", mode: "no-cors", body: form}));
  tries.push(fetch(`${url}/%(name)s`, {method: "PUT"}));
  tries.push(fetch(url, {method: "POST", headers: {"X-Amz-Target": "AWSGlue.GetJobs"}, body: "{}"}));
  tries.push(fetch(`${url}/2015-03-31/functions/f/configuration`).then(show));
}
Promise.allSettled(tries).then(all => document.title += " " + all.length + " tried");
</script>"""


@pytest.fixture(scope="module")
def browser() -> str:
    return browser_or_skip("no page of somebody else was opened")


@pytest.fixture
def evil_page(settings: Settings) -> Iterator[tuple[str, str]]:
    """The address of a page on another origin, and the name that it tries to make things by."""
    name = f"evil-{uuid.uuid4().hex[:8]}"
    urls = [url.replace("127.0.0.1", "localhost") for url in (settings.endpoint_url, settings.emulator_url)]
    body = (PAGE % {"name": name, "urls": urls}).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://evil.example:{server.server_address[1]}/", name
        server.shutdown()


def test_a_page_of_somebody_else_makes_nothing_and_reads_nothing(
    browser: str, evil_page: tuple[str, str], settings: Settings, tmp_path: Path
) -> None:
    url, name = evil_page
    page = opened(browser, url, tmp_path / "profile")
    assert "<title>evil 12 tried</title>" in page
    stacks = client(settings, "cloudformation").list_stacks()["StackSummaries"]
    assert name not in [stack["StackName"] for stack in stacks]
    assert name not in [bucket["Name"] for bucket in client(settings, "s3").list_buckets()["Buckets"]]


def test_a_host_name_of_somebody_else_that_leads_here_shows_a_refusal(
    browser: str, settings: Settings, tmp_path: Path
) -> None:
    for port in (settings.sandbox_port, settings.emulator_port):
        page = opened(browser, f"http://evil.example:{port}/_ministack/health", tmp_path / "profile")
        assert "No host of the name 'evil.example" in page
    own = opened(browser, f"http://localhost:{settings.sandbox_port}/_glue/health", tmp_path / "profile")
    assert '"status": "ok"' in own
