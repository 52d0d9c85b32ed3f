"""The command line: one file per command in `commands/`; this one only lists them and shows their errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from glue_sandbox import hints
from glue_sandbox.command import Command
from glue_sandbox.commands import (
    bookmark,
    clean,
    doctor,
    down,
    env,
    glue,
    history,
    images,
    init,
    logs,
    notebook,
    promote,
    run,
    seed,
    setup,
    shell,
    status,
    terraform,
    test,
    up,
)
from glue_sandbox.commands.checkout import format as format_command
from glue_sandbox.commands.checkout import lint, locks, permissions
from glue_sandbox.commands.checkout import test as test_suites
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import VARIABLE, Project, find_project, load_project
from glue_sandbox.settings import HOME_FOLDER
from glue_sandbox.setup.needs import explanation
from glue_sandbox.terminal import usage_errors
from glue_sandbox.terminal.console import err, show_error
from local_glue.setup.report import SetupError

COMMANDS: dict[str, Command] = {
    "init": init.COMMAND,
    "up": up.COMMAND,
    "down": down.COMMAND,
    "status": status.COMMAND,
    "logs": logs.COMMAND,
    "seed": seed.COMMAND,
    "run": run.COMMAND,
    "test": test.COMMAND,
    "history": history.COMMAND,
    "shell": shell.COMMAND,
    **notebook.COMMANDS,
    "env": env.COMMAND,
    "terraform": terraform.COMMAND,
    **promote.COMMANDS,
    "doctor": doctor.COMMAND,
    "setup": setup.COMMAND,
    "images": images.COMMAND,
    "clean": clean.COMMAND,
}
# For a project whose tests, templates and locks lie as in this tool's own checkout.
OF_A_CHECKOUT: dict[str, Command] = {
    "test": test_suites.COMMAND,
    "lint": lint.COMMAND,
    "format": format_command.COMMAND,
    "locks": locks.COMMAND,
    "permissions": permissions.COMMAND,
}


def build_app(project: Project | None) -> typer.Typer:
    """Return the command line: the tool's own commands, and those of the project one stands in.

    A command of the project's takes the place of one of the same name, such as `seed`.
    """
    app = typer.Typer(
        name="glue-sandbox",
        epilog="Example: glue-sandbox up",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
    )
    app.callback()(entrance)
    own = COMMANDS | (OF_A_CHECKOUT if is_checkout(project) else {})
    registered = project_commands(project) if project else {}
    _add(app, {name: each for name, each in own.items() if name not in registered}, None)
    if project:
        _add(app, registered, f"Commands of {project.name}")

    glue_app = typer.Typer(help="Questions about the local Glue service.", no_args_is_help=True)
    glue_app.command("coverage", epilog=f"Example: {hints.typed(glue.EXAMPLE)}")(glue.coverage)
    app.add_typer(glue_app, name="glue")
    bookmark_app = typer.Typer(help="What a job with bookmarks has read.", no_args_is_help=True)
    _add(bookmark_app, bookmark.COMMANDS, None)
    app.add_typer(bookmark_app, name="bookmark")
    return app


def entrance(
    context: typer.Context,
    project: Annotated[
        Path | None, typer.Option(envvar=VARIABLE, help="The project's folder, if it is not this one.")
    ] = None,
) -> None:
    """Develop, run and prove AWS Glue + Airflow pipelines on one machine."""
    if project:
        os.environ[VARIABLE] = str(project)
    # For a command that asks for the user's own account, such as `audit --target aws`; no other sees it.
    context.obj = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


def project_commands(project: Project) -> Mapping[str, Command]:
    """Return the commands that the project registers by its file.

    Raises:
        SandboxError: their module cannot be imported, or has no COMMANDS.
    """
    if project.commands is None:
        return {}
    name = project.commands.module
    try:
        found: Mapping[str, Command] = project.module(name).COMMANDS
    except (ImportError, AttributeError) as error:
        raise SandboxError(
            f"commands.module in {project.root}/sandbox.toml to be a module with a dictionary COMMANDS",
            f"{name}: {error}",
            "correct the module or sandbox.toml, then repeat the command",
        ) from error
    return found


def is_checkout(project: Project | None) -> bool:
    """Return whether the project is the repository that this tool itself is developed in."""
    return project is not None and Path(__file__).resolve().is_relative_to(project.root / "packages")


def _add(app: typer.Typer, commands: Mapping[str, Command], panel: str | None) -> None:
    for name, command in commands.items():
        epilog = f"Example: {hints.typed(command.example)}"
        app.command(name, epilog=epilog, rich_help_panel=panel)(command.prepared())


def main() -> None:
    """Run one command; errors of ours end it with exit code 1 and no traceback."""
    try:
        _name_project(sys.argv[1:])
        file = find_project()
        project = load_project(file) if file else None
        hints.use(project.entrance if project else hints.OWN)
        usage_errors.run(build_app(project), "glue-sandbox")
    except KeyboardInterrupt:
        sys.exit(usage_errors.INTERRUPTED)
    except SandboxError as error:
        show_error(error)
        sys.exit(1)
    except SetupError as error:
        err.print(hints.typed(explanation(error, _home())), markup=False)
        sys.exit(1)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):  # asked by name: not every command loads it
            raise
        show_error(
            SandboxError("an answer from the sandbox", str(error), "make status, and make up if it is down")
        )
        sys.exit(1)


def _name_project(arguments: list[str]) -> None:
    """Take --project to heart before the command line is built: it decides which commands there are."""
    for position, word in enumerate(arguments):
        if not word.startswith("-"):
            return
        name, equals, value = word.partition("=")
        if name == "--project":
            os.environ[VARIABLE] = value if equals else "".join(arguments[position + 1 : position + 2])
            return


def _home() -> Path:
    file = find_project()
    return (file.parent if file else Path.cwd()) / os.environ.get("SANDBOX_HOME", HOME_FOLDER)
