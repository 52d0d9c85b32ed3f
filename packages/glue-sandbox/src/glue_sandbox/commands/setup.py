"""`glue-sandbox setup`."""

from __future__ import annotations

from glue_sandbox.command import SERVICES, Command
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out


def setup() -> None:
    """Say what is set up. The installing itself is done before this command runs."""
    settings = load_settings()
    names = sorted(stamp.parent.name for stamp in settings.envs.glob("*/.stamp"))
    jars = len(list(settings.jars.glob("*.jar")))
    out.print(f"ready in {settings.home}: {', '.join(names)}, {jars} Spark jars")


COMMAND = Command(setup, example="make setup", environments=(*SERVICES, "dev"))
