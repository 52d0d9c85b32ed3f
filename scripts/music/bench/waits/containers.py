"""Measures the sandbox of containers: from images to all healthy, a file to KPIs, the images' sizes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from rich.table import Table

from glue_sandbox.bench.harness import numbers, seconds_of
from glue_sandbox.containers.down import take_down
from glue_sandbox.docker.compose import require_engine
from glue_sandbox.docker.engine import Engine
from glue_sandbox.images import slim_images
from glue_sandbox.images.selection import choose
from glue_sandbox.machine.mode import CONTAINERS
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import Settings
from glue_sandbox.start import start
from glue_sandbox.terminal.console import out, step
from music.bench.waits.times import file_to_kpis

MEASURED = "-measured"


def show_containers(settings: Settings, rounds: int) -> None:
    """Print one row per measure, then one per image. Images are made or pulled before anything is timed."""
    require_engine()
    starts, again, files = [], [], []

    for number in range(rounds):
        with container_sandbox(settings, number) as mine:
            starts.append(seconds_of(lambda each=mine: start(each)))  # type: ignore[misc]
            again.append(seconds_of(lambda each=mine: start(each)))  # type: ignore[misc]
            files.append(file_to_kpis(mine, number).archived)

    table = Table(box=None, pad_edge=False)
    for heading in ("MEASURE", "MEDIAN", "ALL", "TARGET"):
        table.add_column(heading)

    table.add_row("`make up` with images there to all healthy", *numbers(starts), "45 s")
    table.add_row("`make up` of what runs", *numbers(again), "")
    table.add_row("file of 11,346 listens to KPIs and archive, first run", *numbers(files), "")

    for image in slim_images.BY_NAME:
        tag = slim_images.slim_names(settings)[slim_images.BY_NAME[image].variable]
        size = Engine().size(tag)
        if size:
            table.add_row(f"image {tag}", f"{size / 1e6:.0f} MB", "", "")

    out.print(table)


def show_images(settings: Settings) -> None:
    """Build all slim images from nothing, under names of their own; print how long it took."""
    require_engine()
    slim_images.build(settings)  # the Debian bases, and what else need not be measured, is there then
    names = slim_images.slim_names(settings)
    try:
        seconds = seconds_of(lambda: slim_images.build(settings, measured_as=MEASURED))
    finally:
        for image in slim_images.IMAGES:
            Engine().remove(f"{names[image.variable]}{MEASURED}")
    out.print(f"all slim images built from nothing in {seconds:.0f} s, {len(slim_images.IMAGES)} images")


@contextmanager
def container_sandbox(settings: Settings, number: int) -> Iterator[Settings]:
    """A sandbox of containers beside the user's, gone afterwards."""
    state = settings.home / "bench-containers" / str(number)
    names = ("sandbox_port", "emulator_port", "airflow_port", "history_port")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    mine = settings.model_copy(update={"mode": CONTAINERS, "state": state, "schedule": "none", **ports})
    if choose(mine).source == "slim":
        slim_images.build(mine)
    try:
        yield mine
    finally:
        with step("stop and remove the benchmark's containers"):
            take_down(mine, keep_data=False)
            shutil.rmtree(state, ignore_errors=True)
