"""Which services of compose.yaml a sandbox consists of, and in which order they may start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glue_sandbox.containers.env_files import runs_no_lambda
from glue_sandbox.settings import Settings

# All that may start before the resources of infra/ are there; Airflow's scheduler is held back meanwhile.
FIRST = ("emulator", "glue", "postgres", "airflow")
OF_AIRFLOW = ("postgres", "airflow")
OF_PROFILE = {"cluster": ("spark-master", "spark-worker-1", "spark-worker-2"), "events": ("events",)}
EXPECTED = (*FIRST, *OF_PROFILE["cluster"], *OF_PROFILE["events"])
# Variable of a port of this machine -> the service that answers there.
PUBLISHED = {"SANDBOX_PORT": "glue", "EMULATOR_PORT": "emulator", "AIRFLOW_PORT": "airflow"}


def profiles_of(settings: Settings) -> Sequence[str]:
    """The profiles of compose.yaml that these settings ask for."""
    wanted = {"cluster": settings.cluster, "events": runs_no_lambda(settings)}
    return [name for name, is_wanted in wanted.items() if is_wanted]


def first_services(settings: Settings) -> list[str]:
    """What is started before the deployment."""
    return [*_always(settings), *(OF_PROFILE["cluster"] if settings.cluster else ())]


def published_ports(settings: Settings) -> Mapping[str, str]:
    """Return the ports of this sandbox: variable → the service that answers there."""
    return {variable: name for variable, name in PUBLISHED.items() if name in _always(settings)}


def expected_services(settings: Settings) -> list[str]:
    """All that runs in a sandbox that is up."""
    return [*_always(settings), *(name for profile in profiles_of(settings) for name in OF_PROFILE[profile])]


def _always(settings: Settings) -> list[str]:
    """The services that no profile decides on."""
    return [name for name in FIRST if settings.runs_airflow or name not in OF_AIRFLOW]
