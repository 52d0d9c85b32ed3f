"""`glue-sandbox seed`."""

from __future__ import annotations

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import step
from glue_sandbox.terminal.usage_errors import both_given
from glue_sandbox.terminal.words import counted


def seed(
    files: Annotated[
        list[Path] | None, typer.Argument(help="CSV files or folders; the sample if none.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option(envvar="ROWS", help="Generate this many stream rows.", min=1)
    ] = None,
    days: Annotated[int | None, typer.Option(envvar="DAYS", help="… over this many days.", min=1)] = None,
    seed: Annotated[int | None, typer.Option(envvar="SEED", help="… the same for the same number.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", envvar="REPLACE", help="Replace files of these names in landing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option(envvar="WATCH", help="Follow the runs that process the files.")
    ] = True,
    anyway: Annotated[
        bool, typer.Option("--anyway", envvar="ANYWAY", help="Upload also what the pipeline will refuse.")
    ] = False,
) -> None:
    """Deliver CSV files to the landing prefix, where the pipeline finds them."""
    from music.deliveries.generate import generate
    from music.deliveries.seed import Order, deliver, generated_order, sample_order

    of_generated = {"ROWS": rows, "DAYS": days, "SEED": seed}
    given = " ".join(f"{name}={value}" for name, value in of_generated.items() if value is not None)
    if files and given:
        command = f"make seed FILE={shlex.quote(str(files[0]))}"
        raise both_given("FILE=", given, f"{command}, or generated rows: make seed {_with_rows(given)}")
    if given and not rows:
        raise SandboxError(f"ROWS= beside {given}", "none", f"make seed {_with_rows(given)}")

    settings = load_settings()
    if files:
        # A shell leaves the ~ of FILE=~/my.csv as it is.
        command = f"make seed FILE={shlex.quote(str(files[0]))}"
        deliver(settings, Order([file.expanduser() for file in files], command, anyway, replace, watch))
        return
    if not rows:
        deliver(settings, sample_order(settings, replace, watch))
        return

    settings.make_state()
    with TemporaryDirectory(dir=settings.state) as folder:
        with step("Generated files") as running:
            generate(rows, days or 1, seed or 1, Path(folder))
            running.result = f"{counted(rows, 'stream row')} over {counted(days or 1, 'day')}"
        deliver(settings, generated_order(Path(folder), replace, watch))


def _with_rows(given: str) -> str:
    return given if given.startswith("ROWS=") else f"ROWS=1000 {given}"


COMMAND = Command(seed, example="make seed FILE=~/my_streams.csv, or: make seed ROWS=1000 DAYS=7 SEED=1")
