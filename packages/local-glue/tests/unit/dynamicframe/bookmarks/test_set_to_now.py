"""A bookmark that a user sets: all that is there counts as read, if the user may reset the bookmark."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from glue_service.in_process import client_of

from local_glue.dynamicframe.bookmarks.bookmarks import Bookmarks
from local_glue.dynamicframe.sources.files import DataFile
from local_glue.http.app import App
from local_glue.settings import read_settings

JOB = "a_job"
ROLE = "arn:aws:iam::000000000000:role/r"
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20240101/us-east-1/glue/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@pytest.fixture
def job(app: App) -> str:
    client_of(app).create_job(
        Name=JOB, Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}, GlueVersion="5.0"
    )
    return JOB


class InProcess:
    """The keeper of bookmarks without HTTP."""

    def __init__(self, app: App) -> None:
        self._app = app

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = self._app.answer_bookmark("", json.dumps(request).encode())
        found: dict[str, Any] = json.loads(answer.body)
        return found


def begun(app: App, run_id: str) -> Bookmarks:
    run = Bookmarks(lambda: InProcess(app))  # type: ignore[arg-type, return-value]
    run.init(JOB, None, {"job_bookmark_option": "job-bookmark-enable", "JOB_RUN_ID": run_id})
    return run


def file(name: str, modified: int) -> DataFile:
    return DataFile(f"s3://b/{name}", 1, modified, "s3://b", "etag")


def test_what_is_there_counts_as_read_for_every_source_also_of_a_job_that_never_ran(
    app: App, job: str
) -> None:
    answer = InProcess(app).ask({"JobName": job, "Action": "set"})
    until = answer["ReadUntil"]
    assert until % 1000 == 999
    assert 0 <= until - time.time() * 1000 <= 1000
    old, new = file("old", until), file("new", until + 1)
    run = begun(app, "jr_1")
    assert run.new_files("one", [old, new], {}) == [new]
    assert run.new_files("another", [old], {}) == []
    run.commit()
    assert begun(app, "jr_2").new_files("one", [old, new], {}) == []
    assert begun(app, "jr_3").new_files("a third", [old, new], {}) == [new]


def test_a_run_that_was_under_way_may_not_save_what_it_has_read(app: App, job: str) -> None:
    run = begun(app, "jr_1")
    InProcess(app).ask({"JobName": job, "Action": "set"})
    version = {"JobName": job, "RunId": "jr_1", "Action": "save", "Version": 1, "Elements": {}}
    assert InProcess(app).ask(version)["__type"] == "ConcurrentModificationException"
    assert run.isInitialized()


def test_a_database_keeps_its_place(app: App, job: str) -> None:
    rows = {"jsonClass": "JdbcDataSourceJobBookmarkState", "timestamps": {"RUN": "1"}, "keys": ["id"]}
    keeper = InProcess(app)
    begin = keeper.ask({"JobName": job, "RunId": "jr_1", "Action": "begin"})
    keeper.ask({"JobName": job, "RunId": "jr_1", "Action": "save", **begin, "Elements": {"rows": rows}})
    assert keeper.ask({"JobName": job, "Action": "set"})["Elements"]["rows"] == rows


def test_a_job_that_is_not_there_has_no_bookmark_to_set(app: App) -> None:
    answer = InProcess(app).ask({"JobName": "none", "Action": "set"})
    assert (answer["__type"], answer["Message"]) == (
        "EntityNotFoundException",
        "Job with name: none not found.",
    )


@pytest.fixture
def questions() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An emulator's IAM that refuses: its address, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Iam(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(
                {"Allowed": False, "Code": "AccessDeniedException", "Message": "no", "Status": 400}
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = HTTPServer(("127.0.0.1", 0), Iam)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_its_caller_needs_the_permission_to_reset_it(
    tmp_path: Path, questions: tuple[str, list[dict[str, Any]]]
) -> None:
    url, asked = questions
    app = App(
        read_settings(
            {
                "GLUE_STATE_DIR": str(tmp_path),
                "GLUE_JOB_PYTHON": "/bin/false",
                "GLUE_EMULATOR_URL": url,
                "GLUE_AUTHORIZATION": "emulator",
            }
        )
    )

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:4566") as caller:
            return await caller.post(
                "/_glue/bookmarks",
                json={"JobName": JOB, "Action": "set"},
                headers={"Authorization": SIGNED},
            )

    answer = asyncio.run(send())
    assert (answer.status_code, answer.json()["__type"]) == (400, "AccessDeniedException")
    assert [question["Permissions"] for question in asked] == [
        [
            {
                "action": "glue:ResetJobBookmark",
                "resource": f"arn:aws:glue:us-east-1:000000000000:job/{JOB}",
                "context": {},
            }
        ]
    ]
