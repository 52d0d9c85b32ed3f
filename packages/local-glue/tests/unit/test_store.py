"""The store: a transaction is stored as a whole, or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from glue_service.servers import ROOT, free_port

from local_glue.http.app import App
from local_glue.store import Scope, Store, StoreError

HERE = Scope("000000000000", "us-east-1")


def test_what_fails_midway_leaves_nothing_and_starts_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "glue.sqlite3")
    started: list[str] = []

    def fail() -> None:
        with store.transaction(HERE) as documents:
            documents.put("job", "half", {})
            documents.after_commit(lambda: started.append("half"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.transaction(HERE) as documents:
        assert documents.get("job", "half") is None
        documents.put("job", "whole", {"a": 1})
        documents.after_commit(lambda: started.append("whole"))
    assert started == ["whole"]
    store.close()
    with Store(tmp_path / "glue.sqlite3").transaction(HERE) as documents:
        assert documents.all("job") == [{"a": 1}]


def test_a_changed_document_keeps_its_place(tmp_path: Path) -> None:
    with Store(tmp_path / "glue.sqlite3").transaction(HERE) as documents:
        for name in ("a", "b"):
            documents.put("run", name, {"name": name}, parent="job")
        documents.put("run", "a", {"name": "changed"}, parent="job")
        assert documents.all("run", parent="job") == [{"name": "changed"}, {"name": "b"}]


def test_nobody_else_reads_what_is_stored(tmp_path: Path) -> None:
    (tmp_path / "glue.sqlite3").touch(mode=0o644)  # as an earlier version left it
    store = Store(tmp_path / "glue.sqlite3")
    with store.transaction(HERE) as documents:
        documents.put("run", "r", {"Arguments": {"--password": "hunter2"}})
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("glue.sqlite3", "glue.sqlite3-wal", "glue.sqlite3-shm"), 0o600)


@contextmanager
def no_file_may_grow_beyond(size: int) -> Iterator[None]:
    """What a full disk does to a database: the write at the end of a transaction fails."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_a_full_disk_fails_one_request_and_not_those_after_it(app: App) -> None:
    def create(name: str) -> tuple[int, dict[str, str]]:
        body = {"DatabaseInput": {"Name": name, "Description": "x" * 2000}}
        answer = app.answer("CreateDatabase", "", json.dumps(body).encode())
        return answer.status, json.loads(answer.body)

    assert create("before")[0] == 200
    log = Path(f"{app.settings.database}-wal")
    with no_file_may_grow_beyond(log.stat().st_size):
        status, answer = create("during")
        assert (status, answer["__type"]) == (500, "InternalServiceException")
        assert answer["Message"].startswith("CreateDatabase changed nothing: The state in ")
        assert "the disk's space" in answer["Message"]
    assert create("after")[0] == 200
    names = json.loads(app.answer("GetDatabases", "", b"{}").body)["DatabaseList"]
    assert [one["Name"] for one in names] == ["after", "before"]


def test_a_locked_database_fails_one_request_and_not_those_after_it(impatient_app: App) -> None:
    with closing(sqlite3.connect(impatient_app.settings.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = impatient_app.answer("GetDatabases", "", b"{}")
        assert (answer.status, b"database is locked" in answer.body) == (500, True)
    assert impatient_app.answer("GetDatabases", "", b"{}").status == 200


def test_a_database_that_is_locked_at_the_start_ends_it_with_a_sentence(impatient_app: App) -> None:
    impatient_app.answer("CreateDatabase", "", b'{"DatabaseInput": {"Name": "d"}}')
    sent = AsyncMock()
    with closing(sqlite3.connect(impatient_app.settings.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.run(impatient_app({"type": "lifespan"}, AsyncMock(), sent))
    (message,) = sent.call_args.args
    assert message["type"] == "lifespan.startup.failed"
    assert message["message"].startswith("error: The state in ")


def test_a_state_from_before_versions_is_kept(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "glue.sqlite3")) as store, store.transaction(HERE) as documents:
        documents.put("job", "kept", {"a": 1})
    with closing(sqlite3.connect(tmp_path / "glue.sqlite3")) as old:
        old.execute("PRAGMA user_version = 0")
    with closing(Store(tmp_path / "glue.sqlite3")) as store, store.transaction(HERE) as documents:
        assert documents.all("job") == [{"a": 1}]


def test_a_state_of_a_newer_sandbox_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "glue.sqlite3")) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="is of version 99, this service knows 1 at most: use the newer"):
        Store(tmp_path / "glue.sqlite3")


@pytest.mark.parametrize("is_cut_in_the_middle", [False, True])
def test_a_damaged_state_ends_the_start_with_a_sentence(tmp_path: Path, is_cut_in_the_middle: bool) -> None:
    file = tmp_path / "glue.sqlite3"
    if is_cut_in_the_middle:
        with closing(Store(file)) as store, store.transaction(HERE) as documents:
            for number in range(100):
                documents.put("job", str(number), {"a": "b" * 1000})
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] + bytes(8192) + whole[len(whole) // 2 + 8192 :])
    else:
        file.write_bytes(b"no database" * 100)
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "packages/local-glue/src"),
        "GLUE_PORT": str(free_port()),
    }
    env |= {"GLUE_STATE_DIR": str(tmp_path), "GLUE_JOB_PYTHON": "/bin/false"}
    done = subprocess.run(
        [sys.executable, "-m", "local_glue", "serve"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: The state in {file} can't be used (")
    assert done.stderr.rstrip().endswith("move it away, or delete it, to begin with an empty state")
