"""Variables and Connections of an `airflow_settings.yaml`, the file that Astro's command line reads.

They are taken over as if they stood under `[airflow.variables]` and `[airflow.connections]`; what stands
there wins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from glue_sandbox.errors import SandboxError

Number = int | float | str | bool


class _Part(BaseModel):
    """What all parts have in common: nothing is changed later, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Connection(_Part):
    conn_id: str | None = None
    conn_type: str | None = None
    conn_host: str | None = None
    conn_schema: str | None = None
    conn_login: str | None = None
    conn_password: Number | None = None
    conn_port: int | None = None
    conn_extra: dict[str, Any] | str | None = None

    def as_json(self) -> str:
        """Return it as Airflow reads it from an environment variable."""
        given = self.model_dump(exclude={"conn_id", "conn_type"}, exclude_none=True)
        named = {name.removeprefix("conn_"): value for name, value in given.items()}
        return json.dumps({"conn_type": self.conn_type, **named})


class _Variable(_Part):
    variable_name: str | None = None
    variable_value: Number | None = None


class _Pool(_Part):
    pool_name: str | None = None
    pool_slot: int | None = None
    pool_description: str | None = None


class _Airflow(_Part):
    connections: list[_Connection] | None = None
    pools: list[_Pool] | None = None
    variables: list[_Variable] | None = None


class _File(_Part):
    airflow: _Airflow = Field(default_factory=_Airflow)


def with_airflow_settings(root: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a project file's content with what the file holds that its `airflow.settings` names.

    Raises:
        SandboxError: there is no such file, it is no YAML (with the line), or says something unusable.
    """
    airflow = content.get("airflow")
    named = airflow.get("settings") if isinstance(airflow, dict) else None
    if not isinstance(airflow, dict) or not isinstance(named, str):
        return dict(content)

    found = read_airflow_settings(root / named)
    merged = {}
    for key, texts in found.items():
        own = airflow.get(key, {})
        merged[key] = {**texts, **own} if isinstance(own, dict) else own  # else it is refused later
    return {**content, "airflow": {**airflow, **merged}}


def read_airflow_settings(file: Path) -> dict[str, dict[str, str]]:
    """Return `variables` and `connections`, as a project file has them; entries without a name are left out.

    Raises:
        SandboxError: as with_airflow_settings.
    """
    again = f"correct {file.name}, then repeat the command"
    try:
        settings = _File.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {}).airflow
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxError(
            f"{file}, which airflow.settings names", str(error), "create it, or correct sandbox.toml"
        ) from None
    except yaml.YAMLError as error:
        raise SandboxError(f"{file} to be a YAML file", " ".join(str(error).split()), again) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SandboxError(
            f"{key} in {file} to be usable: {first['msg']}", f"{key} = {first['input']!r}", again
        ) from None

    if any(pool.pool_name for pool in settings.pools or ()):
        raise SandboxError(
            f"no pools in {file}: the sandbox makes none, and a task of one would wait for ever",
            ", ".join(pool.pool_name for pool in settings.pools or () if pool.pool_name),
            "leave them out of a copy of the file, and name that in airflow.settings",
        )
    return {
        "variables": {
            each.variable_name: _text(each.variable_value)
            for each in settings.variables or ()
            if each.variable_name
        },
        "connections": {each.conn_id: each.as_json() for each in settings.connections or () if each.conn_id},
    }


def _text(value: Number | None) -> str:
    return "" if value is None else str(value)
