"""`glue-sandbox bench`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from glue_sandbox.command import SERVICES, Command
from glue_sandbox.machine.mode import look_for_engine
from glue_sandbox.settings import load_settings


class Part(StrEnum):
    """What is measured."""

    TIMES = "times"
    GROWTH = "growth"
    FILES = "files"
    CONTAINERS = "containers"
    IMAGES = "images"
    ALL = "all"


def bench(
    rounds: Annotated[int, typer.Option(help="How often everything is measured.", min=1)] = 3,
    part: Annotated[
        Part,
        typer.Option(
            envvar="PART",
            help="Starts and loader; growth with history; many files; containers; builds of the images.",
        ),
    ] = Part.ALL,
    files: Annotated[int, typer.Option(envvar="FILES", help="With files: how many.", min=1)] = 10_000,
) -> None:
    """Measure the pipeline in sandboxes of its own beside yours; prints medians and ratios."""
    from music.bench.containers import show_containers, show_images
    from music.bench.times import measure
    from music.bench.view import show_files, show_growth

    settings = load_settings()
    if part in (Part.TIMES, Part.ALL):
        measure(settings, rounds)
    if part in (Part.GROWTH, Part.ALL):
        show_growth(settings, rounds)
    if part in (Part.FILES, Part.ALL):
        show_files(settings, files)
    if part is Part.CONTAINERS or (part is Part.ALL and look_for_engine().is_usable):
        show_containers(settings, rounds)
    if part is Part.IMAGES:
        show_images(settings)


COMMAND = Command(bench, example="make bench PART=growth", environments=(*SERVICES, "dev"))
