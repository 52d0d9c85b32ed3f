"""What a DAG file written for Airflow 2 must change for Airflow 3: which line, and to what.

Only what Airflow 3.2 refuses stands here; what it still takes with a warning does not. Each was tried there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_STANDARD = "airflow.providers.standard"
# Modules that are gone → where their names are now; "" where they have no successor.
_MODULES = {
    "airflow.operators.python_operator": f"{_STANDARD}.operators.python",
    "airflow.operators.bash_operator": f"{_STANDARD}.operators.bash",
    "airflow.operators.dummy_operator": f"{_STANDARD}.operators.empty",
    "airflow.operators.dummy": f"{_STANDARD}.operators.empty",
    "airflow.operators.branch_operator": f"{_STANDARD}.operators.branch",
    "airflow.operators.dagrun_operator": f"{_STANDARD}.operators.trigger_dagrun",
    "airflow.operators.email_operator": "airflow.providers.smtp.operators.smtp",
    "airflow.sensors.external_task_sensor": f"{_STANDARD}.sensors.external_task",
    "airflow.sensors.base_sensor_operator": "airflow.sdk.bases.sensor",
    "airflow.hooks.base_hook": "airflow.sdk.bases.hook",
    "airflow.hooks.S3_hook": "airflow.providers.amazon.aws.hooks.s3",
    "airflow.providers.amazon.aws.sensors.s3_key": "airflow.providers.amazon.aws.sensors.s3",
    "airflow.datasets": "airflow.sdk",
}
_WITHOUT_SUCCESSOR = {
    "airflow.operators.subdag": "a TaskGroup of airflow.sdk instead of a SubDAG",
    "airflow.operators.subdag_operator": "a TaskGroup of airflow.sdk instead of a SubDAG",
    "airflow.contrib": "the module of the provider, such as airflow.providers.amazon.aws.…",
}
_NAMES = {  # (module, name) → what replaces both
    ("airflow.utils.dates", "days_ago"): 'a fixed date: pendulum.datetime(2024, 1, 1, tz="UTC")',
    ("airflow.utils.decorators", "apply_defaults"): "nothing: the decorator is not needed any more",
    ("airflow.utils.helpers", "chain"): "from airflow.sdk import chain",
    (
        "airflow.providers.amazon.aws.operators.glue",
        "AwsGlueJobOperator",
    ): "from airflow.providers.amazon.aws.operators.glue import GlueJobOperator",
    (
        "airflow.providers.amazon.aws.hooks.glue",
        "AwsGlueJobHook",
    ): "from airflow.providers.amazon.aws.hooks.glue import GlueJobHook",
}
_RENAMED = {"DummyOperator": "EmptyOperator", "Dataset": "Asset"}
_DAG_ARGUMENTS = {
    "schedule_interval": "schedule",
    "timetable": "schedule",
    "concurrency": "max_active_tasks",
    "fail_stop": "fail_fast",
    "default_view": "",
    "orientation": "",
}
_TASK_ARGUMENTS = {"provide_context": "", "task_concurrency": "max_active_tis_per_dag"}


@dataclass(frozen=True)
class Change:
    """One change: the line, counted from 1, what stands there, and what must."""

    line: int
    found: str
    replacement: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.found} → {self.replacement}"


def changes_for_airflow_3(source: str) -> list[Change]:
    """Return what must change in a file, by line; nothing for one that is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return changes_of(ast.walk(tree))


def changes_of(nodes: Iterable[ast.AST]) -> list[Change]:
    """Return what must change in a file of these nodes, by line."""
    found = {change for node in nodes for change in _changes(node)}
    return sorted(found, key=lambda change: change.line)


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.ImportFrom) and node.module:
        yield from _of_import(node.lineno, node.module, [alias.name for alias in node.names])
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_import(line: int, module: str, names: list[str]) -> Iterator[Change]:
    found = f"from {module} import {', '.join(names)}"
    successor = _MODULES.get(module)
    if successor:
        now = ", ".join(_RENAMED.get(name, name) for name in names)
        yield Change(line, found, f"from {successor} import {now}")
        return

    for gone, advice in _WITHOUT_SUCCESSOR.items():
        if module == gone or module.startswith(f"{gone}."):
            yield Change(line, found, advice)
    for name in names:
        if (module, name) in _NAMES:
            yield Change(line, f"from {module} import {name}", _NAMES[module, name])


def _of_call(call: ast.Call) -> Iterator[Change]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    known = _DAG_ARGUMENTS if name in ("DAG", "dag") else _TASK_ARGUMENTS if _is_task(name) else {}
    for argument in call.keywords:
        if argument.arg in known:
            now = known[argument.arg]
            yield Change(argument.value.lineno, f"{argument.arg}=", f"{now}=" if now else "leave it out")


def _is_task(name: str) -> bool:
    return name.endswith(("Operator", "Sensor"))
