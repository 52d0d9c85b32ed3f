"""The command line: one file per command in `commands/`; this one only lists them and shows their errors."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from glue_sandbox import usage_errors
from glue_sandbox.commands import (
    clean,
    doctor,
    down,
    env,
    glue,
    history,
    images,
    lint,
    locks,
    logs,
    run,
    setup,
    shell,
    status,
    test,
    up,
)
from glue_sandbox.commands import format as format_command
from glue_sandbox.console import show_error
from glue_sandbox.environment.child_process import clean_own_environment
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import load_settings
from music.commands import audit, bench, chaos, demo, kpis, recompute, rejected, runs, seed, soak

app = typer.Typer(
    name="glue-sandbox",
    epilog="Example: make demo, or: glue-sandbox demo",
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
    "rejected": rejected.rejected,
    "audit": audit.audit,
    "runs": runs.runs,
    "recompute": recompute.recompute,
    "run": run.run,
    "history": history.history,
    "shell": shell.shell,
    "env": env.env,
    "doctor": doctor.doctor,
    "test": test.test,
    "soak": soak.soak,
    "chaos": chaos.chaos,
    "lint": lint.lint,
    "format": format_command.format_code,
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
        usage_errors.run(app, "glue-sandbox")
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
