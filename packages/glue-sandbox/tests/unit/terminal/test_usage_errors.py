"""A value, an option or a command that cannot be meant is answered with expected, found and next."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import pytest
import typer

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal import usage_errors


class Part(StrEnum):
    ONE = "one"
    TWO = "two"


app = typer.Typer(no_args_is_help=True)


@app.command("count", epilog="Example: make count ROWS=3")
def count(
    rows: Annotated[int, typer.Option(envvar="ROWS", min=1)] = 1,
    part: Annotated[Part, typer.Option(envvar="PART")] = Part.ONE,
) -> None:
    raise typer.Exit(3 if rows == 7 else 0)


@app.command("show", epilog="Example: make show JOB=my_job")
def show(
    job: Annotated[str, typer.Argument(envvar="JOB")], place: Annotated[str, typer.Argument()]
) -> None: ...


@app.command("deliver", epilog="Example: make deliver FILE=my.csv, or: make deliver ROWS=3")
def deliver(
    rows: Annotated[int, typer.Option(envvar="ROWS")] = 1,
    watch: Annotated[bool, typer.Option(envvar="WATCH")] = True,
) -> None: ...


@app.command("other")
def other() -> None: ...


def run(monkeypatch: pytest.MonkeyPatch, *words: str, **variables: str) -> None:
    monkeypatch.setattr("sys.argv", ["tool", *words])
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    usage_errors.run(app, "tool")


@pytest.mark.parametrize(
    ("words", "variables", "expected", "found", "next_command"),
    [
        (("count",), {"ROWS": "abc"}, "ROWS as a whole number", "ROWS=abc", "make count ROWS=3"),
        (("count",), {"ROWS": "0"}, "ROWS as a whole number of 1 or more", "ROWS=0", "make count ROWS=3"),
        (("deliver",), {"ROWS": "1e6"}, "ROWS as a whole number", "ROWS=1e6", "make deliver ROWS=3"),
        (("deliver",), {"WATCH": "never"}, "WATCH as 1 or 0", "WATCH=never", "make deliver WATCH=1"),
        (("count",), {"PART": "x"}, "PART as one of one, two", "PART=x", "make count ROWS=3"),
        (("count", "--rows", "x"), {}, "--rows as a whole number", "--rows=x", "make count ROWS=3"),
        (("cont",), {}, "a command that tool --help lists", "No such command 'cont'", "tool --help"),
        (("count", "--to"), {}, "tool count --help lists", "No such option: --to", "tool count --help"),
    ],
)
def test_what_cannot_be_meant_is_answered_with_what_can(
    words: tuple[str, ...],
    variables: dict[str, str],
    expected: str,
    found: str,
    next_command: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SandboxError) as caught:
        run(monkeypatch, *words, **variables)
    assert expected in caught.value.expected
    assert found in caught.value.found
    assert caught.value.next_command == next_command


@pytest.mark.parametrize(("variables", "expected"), [({}, "JOB="), ({"JOB": "my_job"}, "place")])
def test_what_is_missing_is_named_and_an_example_has_it(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SandboxError) as caught:
        run(monkeypatch, "show", **variables)
    assert (caught.value.expected, caught.value.found) == (expected, "none")
    assert caught.value.next_command == "make show JOB=my_job"


@pytest.mark.parametrize(("rows", "code"), [("1", 0), ("7", 3)])
def test_a_command_ends_with_its_own_code(rows: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, "count", ROWS=rows)
    assert ended.value.code == code


def test_without_words_the_help_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch)
    assert "Usage: tool" in capsys.readouterr().out
