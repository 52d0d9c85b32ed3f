"""Commands are told as they are typed: by make where the project has it, else by the tool's own name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from glue_sandbox import hints
from glue_sandbox.cli import build_app


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    hints.use(hints.MAKE)


@pytest.mark.parametrize(
    ("by_make", "by_itself"),
    [
        ("make up", "glue-sandbox up"),
        ("stop it, or AIRFLOW_PORT=8090 make up", "stop it, or AIRFLOW_PORT=8090 glue-sandbox up"),
        ("make logs S=glue, then make up", "glue-sandbox logs glue, then glue-sandbox up"),
        ("make images IMAGE=glue", "glue-sandbox images glue"),
        ('make run JOB=a ARGS="--x y"', 'ARGS="--x y" glue-sandbox run a'),
        ("make test-unit", "glue-sandbox test unit"),
        ("password in make -s status JSON=1", "password in JSON=1 glue-sandbox status"),
        ("make history LOGS=s3://b/", "LOGS=s3://b/ glue-sandbox history"),
    ],
)
def test_a_command_of_make_is_told_in_the_tool_s_own_form(by_make: str, by_itself: str) -> None:
    assert hints.typed(by_make) == by_make
    hints.use(hints.OWN)
    assert hints.typed(by_make) == by_itself


def test_examples_of_the_help_are_told_as_they_are_typed() -> None:
    hints.use(hints.OWN)
    app = build_app(None)
    for words, example in (
        (["shell"], "glue-sandbox shell glue"),
        (["bookmark", "show"], "glue-sandbox bookmark show"),
        (["glue", "coverage"], "glue-sandbox glue coverage"),
    ):
        assert f"Example: {example}" in CliRunner().invoke(app, [*words, "--help"]).output


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("insert", "insert_metrics_dynamo"),
        ("Metrics_ETL", "calculate_metrics_etl"),
        ("inserts", "insert_metrics_dynamo"),
        ("insert_metrics_dynamodb", "insert_metrics_dynamo"),
        ("etl", "calculate_metrics_etl"),
        ("", "validate_input_files"),
        ("xyz", "validate_input_files"),
    ],
)
def test_of_names_that_are_known_the_one_that_was_meant_is_told(word: str, meant: str) -> None:
    known = [
        "validate_input_files",
        "calculate_metrics_etl",
        "insert_metrics_dynamo",
        "archive_streams_files",
    ]
    assert hints.closest(word, known) == meant
