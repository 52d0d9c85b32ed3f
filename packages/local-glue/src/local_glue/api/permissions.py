"""What a call of the Glue API needs in IAM: actions on resources, and a role to pass.

Source: the resource types of each action in the Service Authorization Reference of AWS Glue. A call of the
catalog needs permission on what it names and on all that this lies in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from local_glue.api.api_groups import group_of
from local_glue.api.glue_api_model import Json
from local_glue.store import Scope

# Calls whose role Glue will act as: where their input has it.
_ROLES: dict[str, Callable[[Json], Any]] = {
    "CreateJob": lambda params: params.get("Role"),
    "UpdateJob": lambda params: _member(params, "JobUpdate", "Role"),
    "CreateCrawler": lambda params: params.get("Role"),
    "UpdateCrawler": lambda params: params.get("Role"),
    "CreateSession": lambda params: params.get("Role"),
}
_NAMES_OF = {  # group → type of resource, and the members of an input that may name one or more
    "Jobs": ("job", ("Name", "JobName", "JobNames")),
    "Job runs": ("job", ("JobName",)),
    "Crawlers": ("crawler", ("Name", "CrawlerName", "CrawlerNames")),
    "Connections": ("connection", ("Name", "ConnectionName", "ConnectionNameList")),
    "Interactive sessions": ("session", ("Id", "SessionId")),
    "Triggers": ("trigger", ("Name", "TriggerNames")),
    "Workflows": ("workflow", ("Name", "Names")),
}
_OF_THE_CATALOG = (
    *("Databases", "Tables", "Partitions", "Column statistics"),
    *("User-defined functions", "Table optimizers, materialized views"),
)


@dataclass(frozen=True)
class Permission:
    """One question to IAM."""

    action: str
    resource: str
    context: Json = field(default_factory=dict)


def permissions(operation: str, params: Json, scope: Scope) -> list[Permission]:
    """Return what the caller must be allowed, all of it; at least one question, also for a bad input."""
    resources = list(dict.fromkeys(_resources(operation, params, scope))) or ["*"]
    needed = [Permission(f"glue:{operation}", resource) for resource in resources]
    role = _ROLES[operation](params) if operation in _ROLES else None
    if isinstance(role, str) and role:
        arn = role if role.startswith("arn:") else f"arn:aws:iam::{scope.account}:role/{role.lstrip('/')}"
        needed.append(Permission("iam:PassRole", arn, {"iam:PassedToService": "glue.amazonaws.com"}))
    return needed


def _resources(operation: str, params: Json, scope: Scope) -> Iterator[str]:
    try:
        group = group_of(operation)
    except KeyError:  # an operation that does not exist
        return

    prefix = f"arn:aws:glue:{scope.region}:{scope.account}"
    if group == "Tags":
        yield from _texts(params.get("ResourceArn"))
    elif group in _NAMES_OF:
        kind, members = _NAMES_OF[group]
        if kind == "connection":
            yield f"{prefix}:catalog"
            yield from (
                f"{prefix}:{kind}/{name}" for name in _texts(_member(params, "ConnectionInput", "Name"))
            )

        for member in members:
            yield from (f"{prefix}:{kind}/{name}" for name in _texts(params.get(member)))
    elif group in _OF_THE_CATALOG:
        yield f"{prefix}:catalog"
        yield from (f"{prefix}:{path}" for path in _paths(group, params))


def _paths(group: str, params: Json) -> Iterator[str]:
    """Database, and table or function in it; a list without a name reads all of them."""
    if group == "Databases":
        named = [*_texts(params.get("Name")), *_texts(_member(params, "DatabaseInput", "Name"))]
        yield from (f"database/{name}" for name in named or ["*"])
        return

    databases = [*_texts(params.get("DatabaseName"))] or ["*"]
    if group == "User-defined functions":
        kind, members = "userDefinedFunction", ["FunctionName"]
        given = _member(params, "FunctionInput", "FunctionName")
    else:
        kind, members = "table", ["TableName", "Name", "TablesToDelete"]
        given = _member(params, "TableInput", "Name")

    names = [name for member in members for name in _texts(params.get(member))] + _texts(given)
    for database in databases:
        yield f"database/{database}"
        yield from (f"{kind}/{database}/{name}" for name in names or ["*"])


def _member(params: Json, *path: str) -> Any:
    """Return a member of a member; None for an input of another shape, which is refused later."""
    value: Any = params
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
