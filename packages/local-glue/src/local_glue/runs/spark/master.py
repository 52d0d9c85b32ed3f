"""Spark's settings for its master: threads of the driver itself, or executors on a cluster."""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from local_glue.runs.files import LaunchError
from local_glue.settings import Settings, needs_secret

_LOOPBACK = "127.0.0.1"
_ANY_PORT = 7077  # nothing is sent there: the route decides the address, not the port


def can_wait(settings: Settings) -> bool:
    """Return whether a JVM that has started may still be sent to this master: others want it at the start."""
    return settings.is_local or settings.master.startswith("spark://")


def driver_address(settings: Settings) -> str:
    """Return the address at which executors reach the driver.

    Raises:
        LaunchError: there is no way to the master.
    """
    if settings.is_local:
        return _LOOPBACK
    if settings.driver_host:
        return settings.driver_host

    return _way_to_master(settings)


def listening_address(settings: Settings) -> str:
    """Return the one address of this machine at which the driver listens.

    Raises:
        LaunchError: there is no way to the master.
    """
    if settings.is_local:
        return _LOOPBACK
    own = _own_address(settings.driver_host) if settings.driver_host else None
    return own or _way_to_master(settings)


def _own_address(host: str) -> str | None:
    """Return the address that a name has on this machine; None for one that others pass on to it."""
    try:
        with socket.socket() as trial:
            trial.bind((host, 0))
            address: str = trial.getsockname()[0]
            return address
    except OSError:
        return None


def _way_to_master(settings: Settings) -> str:
    master = urlsplit(settings.master.removeprefix("k8s://"))
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
            route.connect((master.hostname or socket.gethostname(), master.port or _ANY_PORT))
            address: str = route.getsockname()[0]
            return address
    except OSError as error:
        raise LaunchError(
            f"There is no way to GLUE_SPARK_MASTER={settings.master} ({error}). Correct it, or set "
            "GLUE_DRIVER_HOST to the name at which its executors reach this machine."
        ) from error


def master_properties(settings: Settings, env: Mapping[str, str]) -> dict[str, str]:
    """Return where tasks run; executors on a cluster don't share the driver's environment, so they get it."""
    properties = {
        "spark.master": settings.master,
        "spark.driver.host": driver_address(settings),
        "spark.driver.bindAddress": listening_address(settings),
        **_authentication(settings),
    }
    if settings.is_local:
        return properties
    return {
        **properties,
        "spark.executor.cores": str(settings.cores),
        "spark.executor.memory": settings.executor_memory,
        "spark.executor.instances": str(settings.executors),
        "spark.cores.max": str(settings.cores * settings.executors),
        "spark.dynamicAllocation.enabled": "false",
        "spark.shuffle.service.enabled": "false",
        **{f"spark.executorEnv.{name}": value for name, value in env.items() if name.startswith("AWS_")},
    }


def _authentication(settings: Settings) -> dict[str, str]:
    """Return how a driver knows who talks to its ports, which take Java objects, and so any code.

    Where Spark can, a driver makes a secret of its own. That of a standalone cluster is in the properties'
    file, which is its owner's alone; Spark gives it to no command line.
    """
    if not needs_secret(settings.master):
        return {"spark.authenticate": "true"}
    return {"spark.authenticate": "true", "spark.authenticate.secret": settings.spark_secret}


def fixed_properties(settings: Settings) -> dict[str, str]:
    """Return what no --conf changes: no live page, and a driver that listens at one address alone and answers
    those alone who know its secret.

    As on AWS nobody reaches a driver's page: Spark would show it under whatever host name leads here.
    """
    return {
        "spark.ui.enabled": "false",
        **_authentication(settings),
        "spark.driver.bindAddress": listening_address(settings),
    }
