"""`sandbox down`."""

from __future__ import annotations

from sandbox.console import out
from sandbox.settings import load_settings

EXAMPLE = "make down"


def down() -> None:
    """Stop everything that `up` started. Data stays for the next `up`. Twice is harmless."""
    from sandbox.supervisor import Supervisor

    settings = load_settings()
    supervisor = Supervisor(settings)
    with supervisor.exclusively():
        stopped = supervisor.stop_all()
    out.print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")
    if stopped:
        out.print("data is kept; `make up` continues with it, `make clean` removes it", style="dim")
