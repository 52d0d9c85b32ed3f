"""Measures the sandbox of containers: from images to all healthy, a file to KPIs, the images' sizes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from rich.table import Table

from sandbox import images
from sandbox.bench import file_to_kpis, numbers, seconds_of
from sandbox.console import out, step
from sandbox.containers.choice import choose
from sandbox.containers.docker import require_engine
from sandbox.containers.lifecycle import take_down
from sandbox.image_engine import Engine
from sandbox.mode import CONTAINERS
from sandbox.ports import free_ports
from sandbox.settings import Settings
from sandbox.up import start

MEASURED = "-measured"


def show_containers(settings: Settings, rounds: int) -> None:
    """Print one row per measure, then one per image. Images are made or pulled before anything is timed."""
    require_engine()
    starts, again, files = [], [], []
    for number in range(rounds):
        with container_sandbox(settings, number) as mine:
            starts.append(seconds_of(lambda each=mine: start(each)))  # type: ignore[misc]
            again.append(seconds_of(lambda each=mine: start(each)))  # type: ignore[misc]
            files.append(file_to_kpis(mine, number))
    table = Table(box=None, pad_edge=False)
    for heading in ("MEASURE", "MEDIAN", "ALL", "TARGET"):
        table.add_column(heading)
    table.add_row("`make up` with images there to all healthy", *numbers(starts), "45 s")
    table.add_row("`make up` of what runs", *numbers(again), "")
    table.add_row("file of 11,346 listens to KPIs and archive, first run", *numbers(files), "")
    for image in images.BY_NAME:
        tag = images.slim_names(settings)[images.BY_NAME[image].variable]
        size = Engine().size(tag)
        if size:
            table.add_row(f"image {tag}", f"{size / 1e6:.0f} MB", "", "")
    out.print(table)


def show_images(settings: Settings) -> None:
    """Build all slim images from nothing, under names of their own; print how long it took."""
    require_engine()
    images.build(settings)  # the Debian bases, and what else need not be measured, is there then
    names = images.slim_names(settings)
    try:
        seconds = seconds_of(lambda: images.build(settings, measured_as=MEASURED))
    finally:
        for image in images.IMAGES:
            Engine().remove(f"{names[image.variable]}{MEASURED}")
    out.print(f"all slim images built from nothing in {seconds:.0f} s, {len(images.IMAGES)} images")


@contextmanager
def container_sandbox(settings: Settings, number: int) -> Iterator[Settings]:
    """A sandbox of containers beside the user's, gone afterwards."""
    state = settings.home / "bench-containers" / str(number)
    names = ("sandbox_port", "emulator_port", "airflow_port", "history_port")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    mine = settings.model_copy(update={"mode": CONTAINERS, "state": state, "schedule": "none", **ports})
    if choose(mine).source == "slim":
        images.build(mine)
    try:
        yield mine
    finally:
        with step("stop and remove the benchmark's containers"):
            take_down(mine, keep_data=False)
            shutil.rmtree(state, ignore_errors=True)
