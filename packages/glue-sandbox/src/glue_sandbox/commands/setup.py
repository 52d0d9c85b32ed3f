"""`glue-sandbox setup`."""

from __future__ import annotations

from glue_sandbox.console import out
from glue_sandbox.settings import load_settings

EXAMPLE = "make setup"


def setup() -> None:
    """Say what is set up. The installing itself is done by scripts/bootstrap.py, before this command."""
    settings = load_settings()
    names = sorted(stamp.parent.name for stamp in settings.envs.glob("*/.stamp"))
    jars = len(list(settings.jars.glob("*.jar")))
    out.print(f"ready in {settings.home}: {', '.join(names)}, {jars} Spark jars")
