"""The command line: one file per command in `commands/`; this one only lists them and shows their errors."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from sandbox.child_env import clean_own_environment
from sandbox.commands import (
    audit,
    bench,
    chaos,
    clean,
    demo,
    doctor,
    down,
    glue,
    history,
    images,
    kpis,
    lint,
    locks,
    logs,
    recompute,
    run,
    runs,
    seed,
    setup,
    shell,
    soak,
    status,
    test,
    up,
)
from sandbox.console import show_error
from sandbox.errors import SandboxError
from sandbox.settings import load_settings

app = typer.Typer(
    name="sandbox",
    epilog="Example: make demo, or: sandbox demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def entrance(context: typer.Context) -> None:
    """Develop, run and prove an AWS Glue + Airflow + DynamoDB pipeline on one machine."""
    # `doctor` looks at the keys of the user, and `audit --target aws` asks for them; no other may see them.
    if context.invoked_subcommand != "doctor":
        context.obj = clean_own_environment(load_settings())


COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "up": up.up,
    "down": down.down,
    "status": status.status,
    "logs": logs.logs,
    "seed": seed.seed,
    "kpis": kpis.kpis,
    "audit": audit.audit,
    "runs": runs.runs,
    "recompute": recompute.recompute,
    "run": run.run,
    "history": history.history,
    "shell": shell.shell,
    "doctor": doctor.doctor,
    "test": test.test,
    "soak": soak.soak,
    "chaos": chaos.chaos,
    "lint": lint.lint,
    "bench": bench.bench,
    "setup": setup.setup,
    "locks": locks.locks,
    "images": images.images,
    "clean": clean.clean,
}
for name, command in COMMANDS.items():
    app.command(name, epilog=f"Example: {sys.modules[command.__module__].EXAMPLE}")(command)

glue_app = typer.Typer(help="Questions about the local Glue service.", no_args_is_help=True)
glue_app.command("coverage", epilog=f"Example: {glue.EXAMPLE}")(glue.coverage)
app.add_typer(glue_app, name="glue")


def main() -> None:
    """Run one command; errors of ours end it with exit code 1 and no traceback."""
    try:
        app(prog_name="sandbox")
    except SandboxError as error:
        show_error(error)
        sys.exit(1)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):  # asked by name: not every command loads it
            raise
        show_error(
            SandboxError("an answer of the sandbox", str(error), "make status, and make up if it is down")
        )
        sys.exit(1)
