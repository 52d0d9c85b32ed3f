"""Finds an operation's code by its name, and tells which operations there are."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from local_glue import operations
from local_glue.api.api_groups import GROUPS, group_of
from local_glue.api.errors import UnknownOperationException
from local_glue.api.glue_api_model import Json, operation_names, snake_case
from local_glue.api.request_context import RequestContext
from local_glue.hints import hint

Handler = Callable[[RequestContext, Json], Json]


@dataclass(frozen=True)
class Coverage:
    """Which operations of the Glue API are built, by their API names, sorted."""

    built: tuple[str, ...]
    missing: tuple[str, ...]


@cache
def coverage() -> Coverage:
    """Compare the files of `operations/` with Glue's model."""
    files = {module.name for module in pkgutil.iter_modules(operations.__path__)}
    built = sorted(name for name in operation_names() if snake_case(name) in files)
    return Coverage(tuple(built), tuple(sorted(operation_names() - set(built))))


def coverage_by_group() -> dict[str, Coverage]:
    """Cut the coverage into the chapters of the API reference; those with the most built come first."""
    whole = coverage()

    def part(group: str) -> Coverage:
        built = tuple(name for name in whole.built if group_of(name) == group)
        return Coverage(built, tuple(name for name in whole.missing if group_of(name) == group))

    groups = {group: part(group) for group, _ in GROUPS}
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1].built), item[0])))


@cache
def handler(operation: str) -> Handler:
    """Return the function that answers an operation.

    Raises:
        UnknownOperationException: no operation is named, Glue has none of that name, or it is not built.
    """
    if not operation:
        raise UnknownOperationException(
            "The request names no operation of Glue: send a POST with X-Amz-Target: AWSGlue.<Operation>."
        )
    if operation not in operation_names():
        raise UnknownOperationException(f"Glue has no operation named {operation}.")
    if operation not in coverage().built:
        raise UnknownOperationException(
            f"{operation} is not built into the local Glue service, so nothing was done. "
            f"{len(coverage().built)} of {len(operation_names())} operations are: "
            f"{hint('list_operations')} lists them."
        )

    name = snake_case(operation)
    module = import_module(f"local_glue.operations.{name}")
    found: Handler = getattr(module, name)
    return found
