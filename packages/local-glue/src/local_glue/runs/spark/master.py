"""Spark's settings for its master: threads of the driver itself, or executors on a cluster."""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from local_glue.runs.files import LaunchError
from local_glue.settings import Settings

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
        "spark.driver.bindAddress": _LOOPBACK,
    }
    if settings.is_local:
        return {**properties, **_authentication(settings)}
    return {
        **properties,
        "spark.driver.bindAddress": "0.0.0.0",  # noqa: S104 - executors come from elsewhere
        "spark.executor.cores": str(settings.cores),
        "spark.executor.memory": settings.executor_memory,
        "spark.executor.instances": str(settings.executors),
        "spark.cores.max": str(settings.cores * settings.executors),
        "spark.dynamicAllocation.enabled": "false",
        "spark.shuffle.service.enabled": "false",
        **_authentication(settings),
        **{f"spark.executorEnv.{name}": value for name, value in env.items() if name.startswith("AWS_")},
    }


def _authentication(settings: Settings) -> dict[str, str]:
    """Return how a driver knows who talks to its ports, which take Java objects, and so any code.

    A driver without executors elsewhere makes a secret of its own, which nobody needs. That of a cluster is
    in the properties' file, which is its owner's alone; Spark gives it to no command line.
    """
    if settings.is_local:
        return {"spark.authenticate": "true"}
    if not settings.spark_secret:
        return {}
    return {"spark.authenticate": "true", "spark.authenticate.secret": settings.spark_secret}


def fixed_properties(settings: Settings) -> dict[str, str]:
    """Give what no --conf changes: no live page, a driver that answers those alone who know its secret, and
    one without executors elsewhere listens here alone.

    As on AWS nobody reaches a driver's page: Spark would show it under whatever host name leads here.
    """
    return {
        "spark.ui.enabled": "false",
        **_authentication(settings),
        **({"spark.driver.bindAddress": _LOOPBACK} if settings.is_local else {}),
    }
