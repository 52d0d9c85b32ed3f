"""`glue-sandbox seed`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from glue_sandbox.settings import load_settings

EXAMPLE = "make seed FILE=~/my_streams.csv, or: make seed ROWS=1000000 DAYS=7 SEED=1"


def seed(
    files: Annotated[
        list[Path] | None, typer.Argument(help="CSV files or folders; the sample if none.")
    ] = None,
    rows: Annotated[
        int | None, typer.Option(envvar="ROWS", help="Generate this many stream rows.", min=1)
    ] = None,
    days: Annotated[int, typer.Option(envvar="DAYS", help="… over this many days.", min=1)] = 1,
    seed: Annotated[int, typer.Option(envvar="SEED", help="… the same for the same number.")] = 1,
) -> None:
    """Deliver CSV files to the landing prefix, where the pipeline finds them."""
    from music.deliveries.generate import generate
    from music.deliveries.seed import deliver

    settings = load_settings()
    if files or not rows:
        # A shell leaves the ~ of FILE=~/my.csv as it is.
        deliver(settings, [file.expanduser() for file in files or [settings.root / "seed" / "sample"]])
        return
    with TemporaryDirectory(dir=settings.state) as folder:
        generate(rows, days, seed, Path(folder))
        deliver(settings, [Path(folder)])
