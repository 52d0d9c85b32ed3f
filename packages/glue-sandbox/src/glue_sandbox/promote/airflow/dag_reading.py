"""Waits until an Airflow has read a release's DAG: by the source that it shows, and its import errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote

from glue_sandbox.errors import SandboxError

PATIENCE_SECONDS = 600.0
Ask = Callable[[str], dict[str, Any] | None]
"""What Airflow's API answers to a GET of a path; None where there is no such thing."""


def require_dag(
    ask: Ask,
    airflow: str,
    dag_id: str,
    dag_files: Mapping[str, bytes],
    patience_seconds: float = PATIENCE_SECONDS,
    pause: Callable[[], None] = lambda: time.sleep(5),
) -> None:
    """Wait until it has read the release's DAG without an import error of the release's files.

    Args:
        ask: reads the API.
        airflow: what to call it.
        dag_id: the DAG.
        dag_files: all files of the release's DAG folder, by name.
        patience_seconds: how long to wait; it looks once, at least.
        pause: waits between two looks.

    Raises:
        SandboxError: a file can't be imported, or the DAG is not there in time as the release has it.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        for error in (ask("/importErrors") or {}).get("import_errors", []):
            if _is_of(error["filename"], dag_files):
                last = str(error["stack_trace"]).strip().splitlines()[-1]
                raise SandboxError(
                    f"DAG files that {airflow} can import",
                    f"{error['filename']}: {last}",
                    "mend it, or go back: make rollback",
                )
        source = _source(ask, dag_id)
        if source is not None and source.encode() in dag_files.values():
            return
        if time.monotonic() > deadline:
            raise SandboxError(
                f"this release's {dag_id} in {airflow} within {patience_seconds / 60:.0f} min",
                "no such DAG, and no import error" if source is None else "the DAG as it was before",
                "look whether its DAG folder follows the bucket, and at its logs",
            )
        pause()


def _source(ask: Ask, dag_id: str) -> str | None:
    """The text of the DAG's file: Airflow 3 knows it by the DAG, Airflow 2 by a token of the file."""
    answer = ask(f"/dagSources/{quote(dag_id)}")
    if answer is None and (dag := ask(f"/dags/{quote(dag_id)}")) and "file_token" in dag:
        answer = ask(f"/dagSources/{quote(dag['file_token'])}")
    return None if answer is None else str(answer["content"])


def _is_of(file: str, names: Collection[str]) -> bool:
    """Whether a path of Airflow's machine is that of one of these files of the DAG folder."""
    return any(f"/{file}".endswith(f"/{name}") for name in names)
