"""`glue-sandbox images`."""

from __future__ import annotations

from typing import Annotated

import typer

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out


def images(
    names: Annotated[list[str] | None, typer.Argument(help="Only these; all when none is named.")] = None,
) -> None:
    """Build the slim images from package registries alone, for machines that pull none; twice is harmless."""
    from glue_sandbox.images.slim_images import build

    sizes = build(load_settings(), names)
    for tag, size in sizes.items():
        out.print(f"  {tag:<40} {size / 1e6:>6.0f} MB", markup=False)


COMMAND = Command(images, example="make images IMAGE=glue")
