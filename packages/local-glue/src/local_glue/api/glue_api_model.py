"""Glue's API as botocore describes it: names, input and output shapes."""

from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name

Json = dict[str, Any]
Shape = Any  # botocore ships no types


@cache
def service_model() -> Any:
    """Return botocore's model of Glue."""
    return botocore.session.get_session().get_service_model("glue")


@cache
def operation_names() -> frozenset[str]:
    """Name every operation of the Glue API, as in `X-Amz-Target`."""
    return frozenset(service_model().operation_names)


@cache
def input_shape(operation: str) -> Shape:
    """Return the shape of an operation's input."""
    return service_model().operation_model(operation).input_shape


@cache
def output_shape(operation: str) -> Shape:
    """Return the shape of an operation's output."""
    return service_model().operation_model(operation).output_shape


@cache
def shape(name: str) -> Shape:
    """Return a shape of the model by its name."""
    return service_model().shape_for(name)


def snake_case(operation: str) -> str:
    """Turn `CreateJob` into `create_job`, as boto3 names it."""
    name: str = xform_name(operation)
    return name


def pick_members(document: Json, to: Shape) -> Json:
    """Keep the members of a document that its shape knows; what is private to the service stays here."""
    return {name: document[name] for name in to.members if document.get(name) is not None}
