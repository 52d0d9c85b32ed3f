"""Which images the containers are made of: the published ones, or those built here from packages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from glue_sandbox.containers.env_files import TOKEN
from glue_sandbox.docker.compose import docker, docker_in_sight
from glue_sandbox.docker.engine import Engine
from glue_sandbox.hints import typed
from glue_sandbox.images import slim_images
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.resources import IMAGES_FILE, SLIM_IMAGES_FILE
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out, step

PUBLISHED, SLIM = "published", "slim"
PULLED = ("EMULATOR_IMAGE", "POSTGRES_IMAGE", "AIRFLOW_IMAGE", "GLUE_IMAGE")


@dataclass(frozen=True)
class Choice:
    """Where the images come from, and the variables of compose.yaml that name them.

    `stale`: names of slim images that are taken as they are, though their files have changed.
    """

    source: str
    names: Mapping[str, str]
    stale: tuple[str, ...] = ()


def named(settings: Settings, source: str, environ: Mapping[str, str] = os.environ) -> Choice:
    """The images of one source; a variable of the shell replaces a name of the file."""
    names = read_env_file(IMAGES_FILE) | settings.project.images
    if source == SLIM:
        names |= read_env_file(SLIM_IMAGES_FILE)
    names |= {name: environ[name] for name in names if environ.get(name)}
    if settings.emulator == "ministack":
        names["EMULATOR_IMAGE"] = names["MINISTACK_IMAGE"]
    elif environ.get(TOKEN) and not environ.get("EMULATOR_IMAGE") and source == PUBLISHED:
        names["EMULATOR_IMAGE"] = names["EMULATOR_IMAGE_WITH_TOKEN"]
    return Choice(source, names)


def choose(settings: Settings) -> Choice:
    """As IMAGES says; `auto` takes the slim ones where they are, also when their files have changed since."""
    if settings.images != "auto":
        return named(settings, settings.images)
    if slim_images.missing(settings):
        return named(settings, PUBLISHED)
    stale = [
        name for name in slim_images.stale(settings) if name != "glue-service"
    ]  # which is built in any case
    return Choice(SLIM, named(settings, SLIM).names, tuple(stale))


def provide(settings: Settings, choice: Choice) -> None:
    """See that all images are there: slim ones are built, published ones pulled; then Glue's own layer.

    Slim ones that `auto` took are there, and stay as they are until `make images`.
    """
    if settings.images == SLIM:
        slim_images.build(settings)
    elif choice.source == PUBLISHED:
        _pull([choice.names[name] for name in PULLED])
    slim_images.build_service_layer(settings, choice.names["GLUE_IMAGE"], choice.names["GLUE_SERVICE_IMAGE"])


def _pull(wanted: list[str]) -> None:
    """Pull what the engine has not, with docker's own progress where somebody looks at a terminal."""
    engine = Engine()
    absent = [image for image in wanted if not engine.exists(image)]
    if absent:
        out.print(
            f"to pull: {', '.join(absent)}; all published images are about 10 GB, of which Glue's is 7 "
            + typed("(make images builds slim ones of 4 GB instead)"),
            style="dim",
        )

    for image in absent:
        if out.is_terminal:
            out.print(f"pull {image}")
            docker_in_sight("pull", image)
            continue
        with step(f"pull {image}") as running:
            docker("pull", "--quiet", image)
            running.result = f"{engine.size(image) / 1e9:.1f} GB"
