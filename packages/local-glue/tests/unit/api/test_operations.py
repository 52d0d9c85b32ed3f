"""Each operation that is built, called rightly once, and wrongly in each way that AWS has an error for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from glue_service.in_process import app_in, client_of, copy_of, stored
from glue_service.operation_calls import RIGHT
from glue_service.operation_effects import CHANGES, FINDS, changes, names_in
from glue_service.operation_errors import WRONG
from glue_service.seeded_catalog import seed_catalog

from local_glue.http.app import App


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[App, Any]:
    """One for all errors, for they must leave it as it was; what changes it gets a copy."""
    app = app_in(tmp_path_factory.mktemp("seeded"))
    glue = client_of(app)
    seed_catalog(app, glue)
    return app, glue


def error_of(glue: Any, operation: str, params: dict[str, Any]) -> tuple[str, str]:
    """Give code and message of an error; of a batch, that of its only entry."""
    try:
        answer = getattr(glue, xform_name(operation))(**params)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    assert len(answer["Errors"]) == 1
    found = answer["Errors"][0]
    detail = found.get("ErrorDetail") or found["Error"]
    return detail["ErrorCode"], detail["ErrorMessage"]


@pytest.mark.parametrize("operation", RIGHT)
def test_an_operation_does_what_its_name_says(
    seeded: tuple[App, Any], tmp_path: Path, operation: str
) -> None:
    """What reads finds exactly that and changes nothing; all else changes exactly those documents."""
    app = copy_of(seeded[0], tmp_path)
    before = stored(app)
    answer = getattr(client_of(app), xform_name(operation))(**RIGHT[operation])
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert not answer.pop("Errors", None)

    assert changes(before, stored(app)) == CHANGES.get(operation, set())
    if operation in FINDS:
        assert names_in(answer) == FINDS[operation]


@pytest.mark.parametrize(
    ("operation", "change", "code", "message"),
    [pytest.param(*row, id=f"{row[0]}-{row[2]}-{number}") for number, row in enumerate(WRONG)],
)
def test_a_wrong_call_gets_its_error_and_changes_nothing(
    seeded: tuple[App, Any], operation: str, change: dict[str, Any], code: str, message: str
) -> None:
    app, glue = seeded
    before = stored(app)
    params = {name: value for name, value in {**RIGHT[operation], **change}.items() if value is not None}
    assert error_of(glue, operation, params) == (code, message)
    assert stored(app) == before
