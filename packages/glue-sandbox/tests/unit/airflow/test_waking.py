"""When the embedded Airflow's components look at their database: what counts as a change, and for whom."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from glue_sandbox.airflow import waking
from glue_sandbox.airflow.waking import ASSET_EVENTS, PARSING, RUNS, TRIGGERS, DatabaseWatch, FolderWatch

TABLES = ("dag_run", "asset_dag_run_queue", "trigger", "dag_priority_parsing_request", "callback")


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    """What of Airflow's database is looked at; journal as Airflow sets it."""
    connection = sqlite3.connect(tmp_path / "airflow.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    for table in (*TABLES, "job"):
        connection.execute(f"CREATE TABLE {table} (state TEXT)")
    return connection


def insert(connection: sqlite3.Connection, table: str, state: str) -> None:
    connection.execute(f"INSERT INTO {table} VALUES (?)", (state,))  # noqa: S608 - names of this file


def test_a_write_of_others_is_a_change_once(database: sqlite3.Connection, tmp_path: Path) -> None:
    watch = DatabaseWatch(tmp_path / "airflow.db")
    seen = [watch.changed(), watch.changed()]
    insert(database, "job", "heartbeat")
    assert [*seen, watch.changed(), watch.changed()] == [True, False, True, False]


@pytest.mark.parametrize(
    ("table", "state", "query", "needed"),
    [
        ("dag_run", "queued", RUNS, True),
        ("dag_run", "running", RUNS, True),
        ("dag_run", "success", RUNS, False),
        ("job", "running", RUNS, False),
        ("asset_dag_run_queue", "", ASSET_EVENTS, True),
        ("trigger", "", TRIGGERS, True),
        ("job", "", TRIGGERS, False),
        ("dag_priority_parsing_request", "", PARSING, True),
        ("callback", "", PARSING, True),
    ],
)
def test_what_each_component_is_needed_for(
    table: str, state: str, query: str, needed: bool, database: sqlite3.Connection, tmp_path: Path
) -> None:
    insert(database, table, state)
    assert DatabaseWatch(tmp_path / "airflow.db").says(query) is needed


def test_a_folder_changes_with_its_python_files_alone(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    watch = FolderWatch(tmp_path)
    (tmp_path / "notes.txt").touch()
    ignored = watch.changed()
    (tmp_path / "below" / "dag.py").write_text("1")
    came, calm = watch.changed(), watch.changed()
    (tmp_path / "below" / "dag.py").unlink()
    assert [ignored, came, calm, watch.changed()] == [False, True, False, True]


def test_waiting_ends_with_the_condition_or_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "IDLE_SECONDS", 3600.0)
    answers = iter([False, False, True])
    waking.wait(lambda: next(answers))
    assert list(answers) == []
    monkeypatch.setattr(waking, "IDLE_SECONDS", 0.0)
    waking.wait(lambda: False)
