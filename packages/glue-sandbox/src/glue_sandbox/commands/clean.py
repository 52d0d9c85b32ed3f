"""`glue-sandbox clean`."""

from __future__ import annotations

import shutil

from rich.text import Text

from glue_sandbox.command import Command
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import typed
from glue_sandbox.settings import load_settings
from glue_sandbox.terminal.console import out, working


def clean() -> None:
    """Stop the sandbox and remove all it created: data, logs, images, environments, caches."""
    from glue_sandbox.containers.down import take_down_if_possible
    from glue_sandbox.images import slim_images
    from glue_sandbox.processes.supervisor import Supervisor, refuse
    from glue_sandbox.setup.removal import remove
    from local_glue.setup.report import SetupError

    settings = load_settings()
    supervisor = Supervisor(settings)
    with supervisor.exclusively(refuse):
        take_down_if_possible(settings, keep_data=False)
        with working("Stopping processes"):
            supervisor.stop_all()

    with working("Removing images"):
        users = slim_images.remove(settings)
    if users:
        others = (
            f"images stay that containers of others use ({', '.join(users)}): make clean there removes them"
        )
        out.print(Text(typed(others)))

    if (settings.state / "services.json").exists() and settings.home not in settings.state.parents:
        shutil.rmtree(settings.state)

    try:
        remove(settings.home)
    except SetupError as error:
        raise SandboxError("a folder that the sandbox made", str(error), error.next_command) from None

    print(f"removed {settings.home}")  # with the home, rich is gone, of which a part is loaded late


COMMAND = Command(clean, example="make clean")
