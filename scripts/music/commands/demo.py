"""`glue-sandbox demo`."""

from __future__ import annotations

from glue_sandbox.command import SERVICES, Command, what_a_start_needs
from glue_sandbox.settings import load_settings


def demo() -> None:
    """Show all of it: start, deliver the sample, watch the run, see the KPIs and what was refused."""
    from music.demo import show

    show(load_settings())


COMMAND = Command(
    demo,
    example="make demo",
    environments=SERVICES,
    only_talks=True,
    requires=what_a_start_needs,
    mode="embedded",
)
