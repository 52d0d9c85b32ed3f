"""`sandbox clean`."""

from __future__ import annotations

import shutil

from sandbox.console import out
from sandbox.errors import SandboxError
from sandbox.settings import load_settings

EXAMPLE = "make clean"


def clean() -> None:
    """Stop the sandbox and remove all it created: data, logs, images, environments, caches."""
    from sandbox import images
    from sandbox.containers.lifecycle import take_down_if_possible
    from sandbox.setup.removal import remove
    from sandbox.setup.report import SetupError
    from sandbox.supervisor import Supervisor

    settings = load_settings()
    supervisor = Supervisor(settings)
    with supervisor.exclusively():
        take_down_if_possible(settings, keep_data=False)
        supervisor.stop_all()
    images.remove(settings)
    if (settings.state / "services.json").exists() and settings.home not in settings.state.parents:
        shutil.rmtree(settings.state)
    try:
        remove(settings.home)
    except SetupError as error:
        raise SandboxError("a folder that the sandbox made", str(error), error.next_command) from None
    out.print(f"removed {settings.home}")
