"""A promotion waits for the DAG that it has brought, and for no other."""

from __future__ import annotations

from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.airflow.dag_reading import require_dag

FILES = {"dag.py": b"new = 1\n", "lib/more.py": b""}
OLD, NEW = {"content": "old = 1\n"}, {"content": "new = 1\n"}
DAG: dict[str, Any] = {"dag_id": "music"}
Answer = dict[str, Any] | None


def wait(
    *sources: Answer, errors: dict[str, str] | None = None, dag: Answer = DAG, key: str = "music"
) -> int:
    """Wait for the DAG; the next source comes between two looks. How many looks it took."""
    found = [{"filename": name, "stack_trace": trace} for name, trace in (errors or {}).items()]
    looks = 0
    answers = {"/importErrors": {"import_errors": found}, "/dags/music": dag}

    def ask(path: str) -> Answer:
        nonlocal looks
        looks += path == "/importErrors"
        return sources[looks - 1] if path == f"/dagSources/{key}" else answers.get(path)

    require_dag(ask, "Airflow", "music", FILES, 60 if len(sources) > 1 else 0, lambda: None)
    return looks


def test_the_dag_is_waited_for_until_it_is_that_of_the_release() -> None:
    assert wait(NEW) == 1
    assert wait(None, OLD, NEW) == 3


def test_airflow_2_knows_the_source_by_a_token_which_airflow_3_has_for_other_uses() -> None:
    dag = {"dag_id": "music", "file_token": "abc"}
    assert wait(NEW, dag=dag, key="abc") == 1
    assert wait(NEW, dag=dag, key="music") == 1


def test_an_import_error_of_the_release_ends_it_and_one_of_others_does_not() -> None:
    assert wait(NEW, errors={"/dags/theirs.py": "ValueError: x"}) == 1
    with pytest.raises(SandboxError, match=r"found /srv/dags/lib/more\.py: ValueError: no bucket"):
        wait(NEW, errors={"/srv/dags/lib/more.py": "Traceback\nValueError: no bucket\n"})


@pytest.mark.parametrize(
    ("source", "said"), [(None, "no such DAG, and no import error"), (OLD, "the DAG as it was before")]
)
def test_a_dag_that_never_comes_is_named(source: Answer, said: str) -> None:
    with pytest.raises(SandboxError, match=said):
        wait(source)
