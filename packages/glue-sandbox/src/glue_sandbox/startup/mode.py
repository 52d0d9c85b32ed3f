"""What a start says of its mode, and of the data that is here."""

from __future__ import annotations

from glue_sandbox.machine.mode import CONTAINERS, EMBEDDED
from glue_sandbox.settings import Settings

WITHOUT_DATA = {
    EMBEDDED: "mode: embedded (local processes; MODE=containers uses Docker)",
    CONTAINERS: "mode: containers (a Docker engine answers; MODE=embedded needs none)",
}
OTHER = {EMBEDDED: CONTAINERS, CONTAINERS: EMBEDDED}


def lines_about_mode(settings: Settings) -> list[str]:
    """Return how the sandbox starts, whether with the data that is here, and how to change that."""
    mode, other = settings.mode, OTHER[settings.mode]
    kept = settings.modes_with_data
    lines = [WITHOUT_DATA[mode]]
    if mode in kept:
        lines = [f"mode: {mode}, with the data of last time"]
    if kept:
        data = "with data of its own" if other in kept else "without that data"
        lines.append(f"  {other}, {data}: make down, then MODE={other} make up")
    return lines
