"""The variables that people set, the values they take, and the words in which an unusable one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo

ORIGINS = r"^((null|[a-zA-Z][\w+.-]*://[^\s,/]+)\s*(,\s*|$))*$"
HOSTS = r"^([\w.-]+\s*(,\s*|$))*$"
# What is said of a value that does not fit its pattern.
COMMAS = ", or several with commas between them"
MEMORY = "megabytes or gigabytes: 700m, 2g"

VARIABLES = {
    "MODE": "mode",
    "SANDBOX_PORT": "sandbox_port",
    "EMULATOR_PORT": "emulator_port",
    "AIRFLOW_PORT": "airflow_port",
    "HISTORY_PORT": "history_port",
    "ALLOWED_ORIGINS": "allowed_origins",
    "ALLOWED_HOSTS": "allowed_hosts",
    "KEYS": "keys",
    "AWS_REGION": "region",
    "ACCOUNT_ID": "account_id",
    "DATA_BUCKET": "data_bucket",
    "ARTIFACT_BUCKET": "artifact_bucket",
    "GLUE_CORES": "glue_cores",
    "GLUE_WARM_DRIVERS": "glue_warm_drivers",
    "GLUE_DRIVER_MEMORY": "glue_driver_memory",
    "GLUE_SPARK_MASTER": "glue_spark_master",
    "GLUE_SPARK_SECRET": "glue_spark_secret",
    "GLUE_EXECUTOR_MEMORY": "glue_executor_memory",
    "SCHEDULE": "schedule",
    "RETRIES": "retries",
    "RETRY_DELAY_SECONDS": "retry_delay_seconds",
    "EMULATOR": "emulator",
    "IMAGES": "images",
    "CLUSTER": "cluster",
    "GLUE_MEMORY": "glue_memory",
    "EMULATOR_MEMORY": "emulator_memory",
    "AIRFLOW_MEMORY": "airflow_memory",
}
"""Name of the variable → field of the settings."""

FIXED_WHILE_RUNNING = (
    *("MODE", "SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "ALLOWED_ORIGINS", "ALLOWED_HOSTS", "KEYS"),
    *("AWS_REGION", "ACCOUNT_ID", "DATA_BUCKET", "ARTIFACT_BUCKET", "EMULATOR", "IMAGES"),
)


def explain(error: ValidationError, fields: Mapping[str, FieldInfo]) -> SandboxError:
    """Return the error of settings that do not pass, with the variable that is to be set otherwise.

    Args:
        error: what the validation of the settings ended with; only its first finding is told.
        fields: name of a setting → what it takes.
    """
    first = error.errors()[0]
    where = "(defaults: compose/local.env, sandbox.toml)"
    if not first["loc"]:
        found = str(first["msg"]).removeprefix("Value error, ")
        return SandboxError(
            "settings that go together", found, f"set others, then repeat the command {where}"
        )

    field = str(first["loc"][0])
    variable = next(name for name, known in VARIABLES.items() if known == field)
    return SandboxError(
        f"{variable} as {_wanted(field, fields[field])}",
        f"{variable}={first['input']}",
        f"unset {variable}, or set it, then repeat the command {where}",
    )


def _wanted(name: str, field: FieldInfo) -> str:
    """Return in words what a field takes."""
    if field.description:
        return field.description
    if field.annotation is bool:
        return "1 or 0"
    if field.annotation is int:
        least = next(each.ge for each in field.metadata if hasattr(each, "ge"))
        most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
        return (
            f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"
        )
    values = [*(["auto"] if name == "mode" else []), *get_args(field.annotation)]
    return f"one of {', '.join(values)}" if values else "a text"
