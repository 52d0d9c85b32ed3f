"""`glue-sandbox up`."""

from __future__ import annotations

from glue_sandbox.command import SERVICES, Command, what_a_start_needs
from glue_sandbox.settings import load_settings


def up() -> None:
    """Start the sandbox: emulator, local Glue service, resources of infra/, Airflow. Twice is harmless."""
    from glue_sandbox.start import start
    from glue_sandbox.status.view import print_addresses

    settings = load_settings()
    start(settings)
    print_addresses(settings)


COMMAND = Command(
    up,
    example="AIRFLOW_PORT=8090 make up",
    environments=SERVICES,
    only_talks=True,
    requires=what_a_start_needs,
)
