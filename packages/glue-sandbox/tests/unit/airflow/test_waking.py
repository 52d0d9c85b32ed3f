"""When the embedded Airflow's components look at their database: what counts as a change, and for whom."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from glue_sandbox.airflow import waking
from glue_sandbox.airflow.waking import (
    ASSET_EVENTS,
    PARSING,
    RUNS,
    TASKS,
    TRIGGERS,
    FolderWatch,
    PostgresWatch,
    SqliteWatch,
    watch_of,
)

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
    watch = SqliteWatch(tmp_path / "airflow.db")
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
    assert SqliteWatch(tmp_path / "airflow.db").says(query) is needed


def test_a_folder_changes_with_its_python_files_alone(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    watch = FolderWatch(tmp_path)
    (tmp_path / "notes.txt").touch()
    ignored = watch.changed()
    (tmp_path / "below" / "dag.py").write_text("1")
    came, calm = watch.changed(), watch.changed()
    (tmp_path / "below" / "dag.py").unlink()
    assert [ignored, came, calm, watch.changed()] == [False, True, False, True]


def test_a_costly_look_is_taken_seldom() -> None:
    now = [0.0]
    looks: list[float] = []

    def look() -> bool:
        looks.append(now[0])
        return True

    often = waking.seldom(look, lambda: now[0])
    said = [often() for now[0] in (0.0, 0.2, 0.4, 0.6, 0.8, 1.2)]
    assert looks == [0.0, 0.6, 1.2]
    assert said == [True, False, False, True, False, True]


def test_where_nothing_was_needed_lately_it_is_looked_less_often(
    database: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    watch = SqliteWatch(tmp_path / "airflow.db")
    watch.says(RUNS)
    calm = watch.poll_seconds
    insert(database, "dag_run", "queued")
    watch.says(RUNS)
    busy = watch.poll_seconds
    now[0] += waking.BUSY_AFTER_SECONDS + 1
    assert [calm, busy, watch.poll_seconds] == [4 * watch.busy_seconds, watch.busy_seconds, calm]


def test_waiting_ends_with_the_condition_or_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "IDLE_SECONDS", 3600.0)
    answers = iter([False, False, True])
    waking.wait(lambda: next(answers), 0)
    assert list(answers) == []
    monkeypatch.setattr(waking, "IDLE_SECONDS", 0.0)
    waking.wait(lambda: False, 0)


def test_a_task_of_a_run_under_way_that_begins_or_ends_is_seen_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "airflow.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE dag_run (dag_id TEXT, run_id TEXT, state TEXT)")
    connection.execute("CREATE TABLE task_instance (dag_id TEXT, run_id TEXT, task_id TEXT, state TEXT)")
    for run, state in (("now", "running"), ("before", "failed")):
        connection.execute("INSERT INTO dag_run VALUES ('d', ?, ?)", (run, state))
        connection.execute("INSERT INTO task_instance VALUES ('d', ?, 't', NULL)", (run,))

    watch = watch_of(f"sqlite:///{path}?timeout=10")
    seen = [set(watch.rows(TASKS))]
    for run, state in (("before", "success"), ("now", "queued"), ("now", "running")):
        connection.execute("UPDATE task_instance SET state = ? WHERE run_id = ?", (state, run))
        seen.append(set(watch.rows(TASKS)))

    assert seen[0] == seen[1] == {("runs running", 1), (None, 1)}
    assert seen[2:] == [{("runs running", 1), ("queued", 1)}, {("runs running", 1), ("running", 1)}]


class FakePostgres:
    """Stands for psycopg2: answers every query with 1, but at the second one its connection breaks."""

    Error = ConnectionError

    def __init__(self) -> None:
        self.connected_to: list[str] = []
        self.queries = 0

    def connect(self, address: str) -> FakePostgres:
        self.connected_to.append(address)
        return self

    def cursor(self) -> FakePostgres:
        return self

    def __enter__(self) -> FakePostgres:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def execute(self, _: str) -> None:
        self.queries += 1
        if self.queries == 2:
            raise ConnectionError

    def fetchall(self) -> list[tuple[int]]:
        return [(1,)]


def test_while_no_database_answers_airflow_looks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePostgres()
    monkeypatch.setitem(sys.modules, "psycopg2", fake)
    watch = watch_of("postgresql+psycopg2://airflow:word@postgres/airflow")
    assert isinstance(watch, PostgresWatch)
    answers = [watch.rows(RUNS) for _ in range(3)]
    assert answers[0] == answers[2] == [(1,)]
    assert answers[1] not in (answers[0], [(object(),)])
    assert fake.connected_to == ["postgresql://airflow:word@postgres/airflow"] * 2
