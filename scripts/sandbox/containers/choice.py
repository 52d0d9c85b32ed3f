"""Which images the containers are made of: the published ones, or those built here from packages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox import images
from sandbox.console import step
from sandbox.containers.docker import docker
from sandbox.containers.environment import TOKEN
from sandbox.image_engine import Engine
from sandbox.mode import read_env_file
from sandbox.settings import Settings

PUBLISHED, SLIM = "published", "slim"
PULLED = ("EMULATOR_IMAGE", "POSTGRES_IMAGE", "AIRFLOW_IMAGE", "GLUE_IMAGE")


@dataclass(frozen=True)
class Choice:
    """Where the images come from, and the variables of compose.yaml that name them."""

    source: str
    names: Mapping[str, str]


def named(settings: Settings, source: str, environ: Mapping[str, str] = os.environ) -> Choice:
    """The images of one source; a variable of the shell replaces a name of the file."""
    folder = settings.root / "compose"
    names = read_env_file(folder / "images.env")
    if source == SLIM:
        names |= read_env_file(folder / "images.slim.env")
    names |= {name: environ[name] for name in names if environ.get(name)}
    if settings.emulator == "ministack":
        names["EMULATOR_IMAGE"] = names["MINISTACK_IMAGE"]
    elif environ.get(TOKEN) and "EMULATOR_IMAGE" not in environ and source == PUBLISHED:
        names["EMULATOR_IMAGE"] = names["EMULATOR_IMAGE_WITH_TOKEN"]
    return Choice(source, names)


def choose(settings: Settings) -> Choice:
    """As IMAGES says; `auto` takes the slim ones where they are built from what is in the checkout."""
    if settings.images != "auto":
        return named(settings, settings.images)
    return named(settings, SLIM if images.built(settings) else PUBLISHED)


def provide(settings: Settings, choice: Choice) -> None:
    """See that all images are there: slim ones are built, published ones pulled; then Glue's own layer."""
    if choice.source == SLIM:
        images.build(settings)
    else:
        _pull([choice.names[name] for name in PULLED])
    images.build_service_layer(settings, choice.names["GLUE_IMAGE"], choice.names["GLUE_SERVICE_IMAGE"])


def _pull(wanted: list[str]) -> None:
    engine = Engine()
    for image in wanted:
        if engine.exists(image):
            continue
        with step(f"pull {image}") as running:
            docker("pull", "--quiet", image)
            running.result = f"{engine.size(image) / 1e9:.1f} GB"
