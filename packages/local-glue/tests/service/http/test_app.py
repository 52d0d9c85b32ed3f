"""The application: where it listens, and answers that a server would give only by luck or by a bug."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlsplit

import httpx
import pytest
from glue_service.seeded_catalog import SCOPE
from glue_service.service import GlueService

from local_glue.catalog import databases
from local_glue.http.app import App


def ask(app: App, operation: str, **params: Any) -> tuple[int, Any]:
    answer = app.answer(operation, "", json.dumps(params).encode())
    return answer.status, json.loads(answer.body)


def test_a_bug_is_an_internal_error_that_leaves_nothing_behind(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_database = databases.put_database

    def broken(*arguments: Any) -> None:
        put_database(*arguments)
        raise ZeroDivisionError("as it must")

    monkeypatch.setattr("local_glue.operations.create_database.put_database", broken)
    status, answer = ask(app, "CreateDatabase", DatabaseInput={"Name": "half"})
    assert (status, answer["__type"]) == (500, "InternalServiceException")
    assert "ZeroDivisionError: as it must" in answer["Message"]
    assert ask(app, "GetDatabases") == (200, {"DatabaseList": []})


def test_the_service_listens_where_it_is_told_and_nowhere_else_by_itself(
    service: GlueService, own_service: Callable[..., GlueService]
) -> None:
    for one, is_open in ((service, False), (own_service(GLUE_HOST="0.0.0.0"), True)):  # noqa: S104 - as in a container
        elsewhere = ("127.0.0.2", urlsplit(one.url).port)
        with closing(socket.socket()) as knock:
            assert (knock.connect_ex(elsewhere) == 0) == is_open


class Echo(BaseHTTPRequestHandler):
    """Answers with the path that it was asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


def test_http_apis_are_answered_by_who_is_named_for_them_behind_the_same_guard(
    own_service: Callable[..., GlueService],
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = own_service(GLUE_HTTP_API_URL=f"http://127.0.0.1:{server.server_address[1]}").url
        path = "/_aws/execute-api/an_api/days/a%2Fb?limit=1"
        assert httpx.get(url + path, trust_env=False).text == path
        elsewhere = ({"host": "evil.example"}, {"origin": "https://evil.example"})
        refused = [httpx.get(url + path, headers=each, trust_env=False).status_code for each in elsewhere]
        assert refused == [403, 403]
        server.shutdown()
    assert httpx.get(url + path, trust_env=False).status_code == 503


def test_a_service_without_threads_left_still_ends_in_order(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    del app.runs.start, app.crawls.start  # the real ones again
    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", Mock(side_effect=RuntimeError("can't start new thread")))
        run = {"Id": "jr_1", "Definition": {}, "Arguments": {}}
        for start, what in ((app.runs.start, run), (app.crawls.start, {"CrawlId": "c"})):
            with pytest.raises(RuntimeError, match="new thread"):
                start(SCOPE, what)
    app.stop()
