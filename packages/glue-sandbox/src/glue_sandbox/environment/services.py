"""What MiniStack and the local Glue service are told, as processes and as containers alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from glue_sandbox.settings import Settings


@dataclass(frozen=True)
class Location:
    """Where a service runs: the address it binds, its port there, and its folder."""

    bind: str
    port: int
    folder: PurePath


def ministack_variables(settings: Settings, location: Location, host: str, glue_url: str) -> dict[str, str]:
    """Return the variables of MiniStack; `host` is the name that its answers call it by."""
    return {
        "GATEWAY_PORT": str(location.port),
        "BIND_HOST": location.bind,
        "MINISTACK_HOST": host,
        "MINISTACK_REGION": settings.region,
        "MINISTACK_ACCOUNT_ID": settings.account_id,
        "STATE_DIR": str(location.folder),
        "S3_DATA_DIR": str(location.folder / "s3"),
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        # Roles count here as they do on AWS: a permission that a job lacks fails its run.
        "AUTH": "true",
        "LAMBDA_EXECUTOR": "local",
        # One process per function stays warm; the others that many events at once have started end soon.
        "LAMBDA_WARM_TTL_SECONDS": "10",
        "GLUE_SERVICE_URL": glue_url,
        "GLUE_KEYS": settings.keys,
        "SFTP_ENABLED": "0",
    }


def glue_variables(
    settings: Settings, location: Location, emulator_url: str, python: PurePath, spark: PurePath
) -> dict[str, str]:
    """Return the variables of the local Glue service; `python` and `spark` are what its jobs run on."""
    # LocalStack's IAM enforces nothing; only with keys of its own is there anything to ask it: who signed.
    ours = not settings.in_containers or settings.emulator == "ministack" or settings.keys == "own"
    has_iam = ours and settings.runs_emulator
    return {
        "GLUE_HOST": location.bind,
        "GLUE_PORT": str(location.port),
        "GLUE_EMULATOR_URL": emulator_url,
        "GLUE_AUTHORIZATION": "emulator" if has_iam else "none",
        "GLUE_KEYS": settings.keys,
        "GLUE_ACCOUNT_ID": settings.account_id,
        "GLUE_STATE_DIR": str(location.folder),
        "GLUE_JOB_PYTHON": str(python),
        "GLUE_SPARK_HOME": str(spark),
        "GLUE_CORES": str(settings.glue_cores),
        "GLUE_WARM_DRIVERS": str(settings.glue_warm_drivers),
        "GLUE_DRIVER_MEMORY": settings.glue_driver_memory,
        "GLUE_SPARK_MASTER": settings.glue_spark_master,
        "GLUE_EXECUTOR_MEMORY": settings.glue_executor_memory,
    }
