"""`glue-sandbox bench`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from glue_sandbox.command import SERVICES, Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.settings import load_settings
from glue_sandbox.startup.steps import as_ctrl_c
from glue_sandbox.terminal.usage_errors import both_given

if TYPE_CHECKING:
    from music.bench.rows import Row

ROUNDS = 3


class Part(StrEnum):
    """What is measured."""

    TABLE = "table"
    TIMES = "times"
    GROWTH = "growth"
    FILES = "files"
    CONTAINERS = "containers"
    IMAGES = "images"
    ALL = "all"


def bench(
    rounds: Annotated[
        int | None, typer.Option(help="How often everything is measured. [default: as each needs]", min=1)
    ] = None,
    row: Annotated[
        str, typer.Option(envvar="ONLY", help="Of the table these rows only, by name: calculate,loader")
    ] = "",
    scale: Annotated[
        float,
        typer.Option(
            help="Of the table, with this part of its listens: to try the benchmark itself.", min=0.0
        ),
    ] = 1.0,
    part: Annotated[
        Part,
        typer.Option(
            envvar="PART",
            help="The table with its goals; or starts and loader; growth with history; many files;"
            " containers; builds of the images.",
        ),
    ] = Part.TABLE,
    files: Annotated[int, typer.Option(envvar="FILES", help="With files: how many.", min=1)] = 10_000,
) -> None:
    """Measure the pipeline in sandboxes of its own beside yours; prints medians and ratios."""
    from music.bench.jobs.growth_view import show_files, show_growth
    from music.bench.rows import measure_rows
    from music.bench.waits.containers import show_containers, show_images
    from music.bench.waits.times import measure

    if row and part not in (Part.TABLE, Part.ALL):
        raise both_given("ONLY=", f"PART={part}", f"make bench ONLY={row}, or: make bench PART={part}")

    settings, few = load_settings(), rounds or ROUNDS
    rows = _rows(row)
    with as_ctrl_c():  # whatever ends it: its sandboxes are taken down
        if part in (Part.TABLE, Part.ALL):
            measure_rows(settings, rows, rounds, scale)
        if part in (Part.TIMES, Part.ALL):
            measure(settings, few)
        if part in (Part.GROWTH, Part.ALL):
            show_growth(settings, few)
        if part in (Part.FILES, Part.ALL):
            show_files(settings, files)
        if part is Part.CONTAINERS or (part is Part.ALL and look_for_engine().is_usable):
            show_containers(settings, few)
        if part is Part.IMAGES:
            show_images(settings)


def _rows(names: str) -> list[Row]:
    """Return the rows of these names, all for none."""
    from music.bench.table import BY_NAME

    wanted = names.replace(",", " ").split() or list(BY_NAME)
    for name in wanted:
        if name not in BY_NAME:
            raise SandboxError(
                f"a row: {', '.join(BY_NAME)}", name, f"make bench ONLY={closest(name, list(BY_NAME))}"
            )
    return [BY_NAME[name] for name in wanted]


COMMAND = Command(bench, example="make bench ONLY=calculate", environments=(*SERVICES, "dev"))
