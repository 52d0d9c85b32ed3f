"""Imports the DAG as Airflow would and prints what it is, as JSON.

Runs in Airflow's environment, for test_dag_glue_workflow.py. Every attempt to reach a network is an error.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
from datetime import timedelta
from typing import Any, NoReturn


def _no_network(*arguments: Any) -> NoReturn:
    raise AssertionError(f"importing the DAG reached for the network: {arguments}")


class _NoSocket(socket.socket):
    connect = connect_ex = _no_network


socket.socket = _NoSocket  # type: ignore[misc]
socket.getaddrinfo = _no_network  # type: ignore[assignment]


def _as_json(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else repr(value)


def _names(callbacks: Any) -> list[str]:
    return [getattr(each, "__name__", "") for each in callbacks or ()]


def dump(module: str) -> dict[str, Any]:
    """Everything about the module's one DAG that the tests look at."""
    from airflow.sdk import DAG

    (dag,) = [value for value in vars(importlib.import_module(module)).values() if isinstance(value, DAG)]
    dag.validate()
    tasks = {}
    for task in dag.tasks:
        tasks[task.task_id] = {
            "operator": type(task).__name__,
            "downstream": sorted(task.downstream_task_ids),
            "records_failures": [
                _names(task.on_retry_callback).count("record_failure"),
                _names(task.on_failure_callback).count("record_failure"),
            ],
            "alerts": [
                _names(task.on_retry_callback).count("alert_failure"),
                _names(task.on_failure_callback).count("alert_failure"),
            ],
            "settings": {name: value for name, value in vars(task).items() if name[0] != "_"},
        }
    return {
        "dag_id": dag.dag_id,
        "schedule": dag.schedule,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "doc_md": dag.doc_md,
        "tags": sorted(dag.tags),
        "tasks": tasks,
    }


def render(template: str, run_id: str) -> str:
    """A template as Airflow renders it in a run."""
    from airflow.sdk import DAG

    return str(DAG("render").get_template_env().from_string(template).render(run_id=run_id))


if __name__ == "__main__":
    found = dump("dag_glue_workflow")
    batch_id = found["tasks"]["check_files"]["settings"]["op_kwargs"]["batch_id"]
    found["rendered_batch_id"] = render(batch_id, "scheduled__2026-01-02T03:04:05.678+00:00")
    json.dump(found, sys.stdout, default=_as_json)
