"""`sandbox up`."""

from __future__ import annotations

from sandbox.settings import load_settings

EXAMPLE = "AIRFLOW_PORT=8090 make up"


def up() -> None:
    """Start the sandbox: emulator, local Glue service, resources of infra/, Airflow. Twice is harmless."""
    from sandbox.summary import print_addresses
    from sandbox.up import start

    settings = load_settings()
    start(settings)
    print_addresses(settings)
