"""The calls of the service tests: every operation that is built, and every error that AWS has for it."""

from __future__ import annotations

import pytest
from glue_service.impossible_errors import CANNOT_HAPPEN, CANNOT_HAPPEN_IN
from glue_service.operation_calls import RIGHT
from glue_service.operation_effects import CHANGES, FINDS
from glue_service.operation_errors import WRONG

from local_glue.api.glue_api_model import output_shape, service_model
from local_glue.api.registry import coverage

IN_TABLE = {(operation, code) for operation, _, code, _ in WRONG}


def errors_of(operation: str) -> set[str]:
    return {shape.name for shape in service_model().operation_model(operation).error_shapes}


def test_each_operation_that_is_built_is_called_rightly() -> None:
    assert set(RIGHT) == set(coverage().built)
    assert sorted([*CHANGES, *FINDS]) == sorted(RIGHT)


@pytest.mark.parametrize("operation", coverage().built)
def test_each_error_of_the_model_is_provoked_or_has_its_reason(operation: str) -> None:
    reasons = {code for name, code in CANNOT_HAPPEN_IN if name == operation} | set(CANNOT_HAPPEN)
    provoked = {code for name, code in IN_TABLE if name == operation}
    assert errors_of(operation) - provoked - reasons == set()


def test_no_reason_is_given_for_what_happens_or_for_no_operation() -> None:
    modelled = {(operation, code) for operation in coverage().built for code in errors_of(operation)}
    assert set(CANNOT_HAPPEN_IN) & IN_TABLE == set()
    assert set(CANNOT_HAPPEN_IN) <= modelled
    assert set(CANNOT_HAPPEN) <= {code for _, code in modelled}
    assert set(CANNOT_HAPPEN) & {code for _, code in IN_TABLE} == set()


def test_each_error_that_is_raised_is_one_of_its_operation() -> None:
    """A batch tells of its entries in codes that are none of its own."""
    batches = {operation for operation in RIGHT if "Errors" in output_shape(operation).members}
    strange = {(name, code) for name, code in IN_TABLE if code not in errors_of(name) and name not in batches}
    assert strange == set()
