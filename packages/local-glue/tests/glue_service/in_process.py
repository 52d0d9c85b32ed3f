"""boto3 against the application itself: no server, no emulator behind it, and nothing is executed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse
from glue_service.aws import client

from local_glue.http.app import App
from local_glue.settings import read_settings
from local_glue.store import Scope

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

NOWHERE = "http://127.0.0.1:9"


class _Body:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def app_in(folder: Path) -> App:
    """Make an application whose runs, sessions and crawls stay in the state that they are stored in."""
    settings = {"GLUE_STATE_DIR": str(folder), "GLUE_JOB_PYTHON": "/bin/false", "GLUE_EMULATOR_URL": NOWHERE}
    app = App(read_settings(settings))
    app.bus.send = lambda *_: None  # type: ignore[method-assign]
    app.runs.start = lambda *_: None  # type: ignore[method-assign]
    app.sessions.start = lambda *_: None  # type: ignore[method-assign]
    app.crawls.check = lambda *_: None  # type: ignore[method-assign]
    app.crawls.start = lambda *_: None  # type: ignore[method-assign]
    app.crawls.stop = lambda *_: None  # type: ignore[method-assign]
    return app


def copy_of(app: App, folder: Path) -> App:
    """Make an application that has stored the same, and goes its own way from there."""
    name = app.settings.database.name
    with (
        closing(sqlite3.connect(app.settings.database)) as source,
        closing(sqlite3.connect(folder / name)) as to,
    ):
        source.backup(to)
    return app_in(folder)


def client_of(app: App, **where: str) -> GlueClient:
    """Give a client whose requests the application answers without a network."""

    def answer(request: Any, **_: object) -> Any:
        operation = request.headers["X-Amz-Target"].decode().removeprefix("AWSGlue.")
        found = app.answer(operation, request.headers["Authorization"].decode(), request.body)
        return AWSResponse(request.url, found.status, dict(found.headers), _Body(found.body))  # type: ignore[arg-type]

    glue: GlueClient = client(NOWHERE, "glue", **where)
    glue.meta.events.register("before-send.glue", answer)
    return glue


def stored(app: App, scope: Scope | None = None) -> list[tuple[str, ...]]:
    """Return all that the application has stored, or what it has of one account and region."""
    query = "SELECT kind, name, parent, body FROM documents WHERE ? IN (scope, '') ORDER BY seq"
    with closing(sqlite3.connect(app.settings.database)) as connection:
        return connection.execute(query, (str(scope or ""),)).fetchall()
