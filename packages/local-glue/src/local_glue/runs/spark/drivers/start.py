"""Whether a Spark run starts warm, on a driver JVM that waits, or cold, and why."""

from local_glue.runs.context import JobRun
from local_glue.runs.files import LaunchError
from local_glue.runs.spark.capacity import fitted
from local_glue.runs.spark.drivers.driver_pool import DriverPool
from local_glue.runs.spark.drivers.warm_driver import WarmDriver
from local_glue.runs.spark.master import can_wait
from local_glue.runs.spark.plan import needs_own_jvm
from local_glue.settings import Settings


def acquire_driver(drivers: DriverPool, settings: Settings, run: JobRun) -> tuple[WarmDriver | None, str]:
    """Return a warm driver that fits a Spark run, or None, and a line that says how the run starts."""
    try:
        reason = _why_cold(settings, run)
    except LaunchError:
        return None, "local Glue: cold start"  # the run's plan says what is wrong with its arguments
    driver = None if reason else drivers.acquire()
    if driver:
        return driver, "local Glue: warm start, on a driver JVM that was waiting"
    return None, f"local Glue: cold start, because {reason or 'no warm driver JVM is ready'}"


def _why_cold(settings: Settings, run: JobRun) -> str | None:
    if not can_wait(settings):
        return f"a driver JVM that waits can't be sent to {settings.master}"
    if fitted(settings, run.record).driver_memory != settings.driver_memory:
        return "its workers have less memory than a driver JVM that waits"
    setting = needs_own_jvm(run.arguments)
    return f"{setting} needs a JVM of its own" if setting else None
