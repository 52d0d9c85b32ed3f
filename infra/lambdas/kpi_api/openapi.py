"""The API's description (OpenAPI 3.1), made from the routes and the types of their answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from .parameters import Parameter
from .routes import Route

VERSION = "1.0.0"
PLAIN = {int: "integer", float: "number", str: "string", bool: "boolean", Decimal: "number", NoneType: "null"}
REFUSALS = {
    "400": "A parameter is wrong.",
    "404": "There is no such path, or no data of that day.",
    "405": "Only GET and HEAD.",
    "429": "DynamoDB or API Gateway asks to slow down.",
    "503": "DynamoDB or CloudWatch does not answer.",
}
PROBLEM = {
    "type": "object",
    "description": "Why there is no answer (RFC 9457): what was expected and found, what to do next.",
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "expected", "found", "next")},
        "status": {"type": "integer"},
    },
    "required": ["type", "title", "status", "detail", "expected", "found", "next"],
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the description of these routes."""
    schemas: dict[str, Any] = {"Problem": PROBLEM}
    paths = {route.path: {"get": _operation(route, schemas)} for route in routes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "KPIs of music streams",
            "version": VERSION,
            "description": "Read only. Times in milliseconds, averages in seconds, days in UTC.",
        },
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def schema_of(hint: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a type; those of dataclasses are put into `schemas`."""
    if is_dataclass(hint):
        name = hint.__name__  # type: ignore[union-attr]
        if name not in schemas:
            hints = get_type_hints(hint)
            of_fields = {each.name: schema_of(hints[each.name], schemas) for each in fields(hint)}
            schemas[name] = {
                "type": "object",
                "description": hint.__doc__,
                "properties": of_fields,
                "required": list(of_fields),
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{name}"}
    if isinstance(hint, UnionType):
        return {"anyOf": [schema_of(each, schemas) for each in get_args(hint)]}
    if get_origin(hint) is list:
        return {"type": "array", "items": schema_of(get_args(hint)[0], schemas)}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": schema_of(get_args(hint)[1], schemas)}
    return {"type": PLAIN[hint]}


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    content = schema_of(route.answers, schemas)
    if route.is_list:
        content = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": content},
                "next_cursor": {"type": ["string", "null"]},
            },
            "required": ["items", "next_cursor"],
            "additionalProperties": False,
        }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": route.respond.__name__,
        "summary": (route.respond.__doc__ or "").partition("\n")[0],
        "parameters": [_parameter(each) for each in route.parameters],
        "responses": {
            "200": {"description": "Found.", "content": {"application/json": {"schema": content}}},
            **{code: {"description": text, "content": problem} for code, text in REFUSALS.items()},
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "path" if parameter.is_in_path else "query",
        "description": parameter.description,
        "required": parameter.is_required,
        "schema": dict(parameter.schema),
    }
