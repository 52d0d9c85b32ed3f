"""The store: a transaction is stored as a whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_service.store import Scope, Store

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
