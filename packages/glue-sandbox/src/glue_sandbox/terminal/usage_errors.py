"""What was typed wrongly, as the three facts of every error instead of a box of usage."""

from __future__ import annotations

import os
import re
import sys
from typing import Any

import typer
from typer.exceptions import TyperException

from glue_sandbox.errors import SandboxError

EXIT_CODE = 2
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended
OR = ", or: "
"""Between the examples of a command."""
YES_OR_NO = "1 or 0"
KINDS = {
    r"valid integer": "a whole number",
    r"valid boolean": YES_OR_NO,
    r"greater than or equal to (\S+)": r"a whole number of \1 or more",
    r"is not one of (.*?)\.?$": r"one of \1",
}


def run(app: typer.Typer, name: str) -> None:
    """Run the command of this process's arguments, and exit as it does.

    Raises:
        SandboxError: a word or a value cannot be meant; the next command is an example that can.
    """
    try:
        code = app(prog_name=name, standalone_mode=False)
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            sys.exit(EXIT_CODE)  # the help is printed by then
        raise _as_facts(error, name) from None
    sys.exit(code if isinstance(code, int) else 0)


def both_given(one: str, other: str, next_command: str) -> SandboxError:
    """Return the error of two options that exclude each other: ignoring one of them is not what was meant."""
    return SandboxError(f"either {one} or {other}", "both", next_command)


def _as_facts(error: Any, name: str) -> SandboxError:
    context = getattr(error, "ctx", None)
    help_command = f"{context.command_path if context else name} --help"
    example = ((context.command.epilog if context else "") or "").removeprefix("Example: ")
    parameter = getattr(error, "param", None)
    if parameter is None:
        return SandboxError(f"a command that {help_command} lists", error.format_message(), help_command)

    variable = parameter.envvar if (parameter.envvar or "") in os.environ else ""
    label = variable or max(parameter.opts, key=len)
    example = _of_variable(example, parameter.envvar or "")
    if type(error).__name__ == "MissingParameter":
        name = f"{parameter.envvar}=" if parameter.envvar else label
        return SandboxError(name, "none", example or help_command)

    kind = _kind(error.message)
    if kind == YES_OR_NO and variable and f"{variable}=" not in example:
        example = f"{' '.join(example.split()[:2])} {variable}=1"
    return SandboxError(f"{label} as {kind}", _given(label, error), example or help_command)


def _of_variable(example: str, variable: str) -> str:
    """Return which of several examples has a variable; all of them if none has."""
    each = example.split(OR)
    return next((one for one in each if f"{variable}=" in one), example)


def _kind(message: str) -> str:
    """Return what would be right, from the message of the value's type."""
    for pattern, kind in KINDS.items():
        found = re.search(pattern, message)
        if found:
            return found.expand(kind).replace("'", "")
    return f"another value ({message})"


def _given(label: str, error: Any) -> str:
    causes: Any = getattr(error.__cause__, "errors", list)()
    return f"{label}={causes[0]['input']}" if causes else label
