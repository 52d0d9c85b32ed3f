"""The service's settings, read from the environment once, at the entrance."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from local_glue.hints import VARIABLE, hint, read_hints
from local_glue.http.origins import AccessRules, read_rules
from local_glue.store import Scope

DEFAULT_ACCOUNT = "000000000000"
# Those that `local-glue serve` has an option for.
OPTIONS = {
    "GLUE_HOST": "--host",
    "GLUE_PORT": "--port",
    "GLUE_EMULATOR_URL": "--aws-endpoint",
    "GLUE_STATE_DIR": "--state",
}


class SettingsError(Exception):
    """A setting is missing or unusable; the message names the variable."""


@dataclass(frozen=True)
class Settings:
    """Where the service listens, what is behind it, and what its job runs are started with."""

    host: str
    port: int
    emulator_url: str
    http_api_url: str | None  # who answers for HTTP APIs that the emulator has not
    mwaa_url: str | None  # who answers for MWAA; without it the emulator does
    mwaa_token: str = field(repr=False)  # by which that one knows this service
    state_dir: Path
    job_python: Path
    spark_home: Path | None
    spark_jars: Path | None
    java_home: Path | None
    cores: int  # at most these: a job's workers may ask for fewer
    driver_memory: str
    spark_master: str | None  # None: this machine's cores, as local[…]
    spark_secret: str = field(repr=False)  # that a standalone cluster and its drivers ask each other for
    executors: int  # more than one only where the master is not local
    executor_memory: str  # of each
    executor_python: Path
    driver_host: str | None  # where executors find the driver; None: the address that leads to the master
    job_python_path: str  # what jobs import beside their Python's own packages
    job_endpoint_url: str
    access_key_id: str
    secret_access_key: str
    region: str
    account_id: str  # of requests whose key is none of twelve digits
    warm_drivers: int  # warm driver JVMs, each of 0.5 GB
    quiet_seconds: int  # how long making a warm driver waits for a quiet machine
    cache_dir: Path  # what several services may share and can be made again
    access: AccessRules  # of web pages, host names and control paths
    is_authorized_by_emulator: bool  # its IAM is asked for each call of Glue
    has_own_keys: bool  # whose secret is one, so that their signatures are checked, too
    minute_seconds: int  # a job's Timeout is in minutes; tests make them short

    @property
    def scope(self) -> Scope:
        """The account and region of a request that names none."""
        return Scope(self.account_id, self.region)

    @property
    def database(self) -> Path:
        """The SQLite file that holds definitions, runs and catalog."""
        return self.state_dir / "glue.sqlite3"

    @property
    def master(self) -> str:
        """Spark's master."""
        return self.spark_master or f"local[{self.cores}]"

    @property
    def is_local(self) -> bool:
        """Whether tasks are threads of the driver."""
        return self.master.partition("[")[0] == "local"

    @property
    def worker_python(self) -> Path:
        """The Python of a job's tasks."""
        return self.job_python if self.is_local else self.executor_python

    @property
    def modules_dir(self) -> Path:
        """One environment per set of `--additional-python-modules`."""
        return self.state_dir / "modules"

    @property
    def runs_dir(self) -> Path:
        """One folder per run, removed when the run ends."""
        return self.state_dir / "runs"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Build the settings from environment variables; raise SettingsError for what cannot work."""
    _check_hints(environ)
    host = environ.get("GLUE_HOST", "127.0.0.1")
    port = _number(environ, "GLUE_PORT", 4566, most=65_535)
    state_dir = _path(environ, "GLUE_STATE_DIR", required=True) or Path()
    job_python = _path(environ, "GLUE_JOB_PYTHON", required=True) or Path()

    return Settings(
        host=host,
        port=port,
        emulator_url=_url(environ, "GLUE_EMULATOR_URL", "http://127.0.0.1:4567"),
        http_api_url=_url(environ, "GLUE_HTTP_API_URL", "") if environ.get("GLUE_HTTP_API_URL") else None,
        mwaa_url=_url(environ, "GLUE_MWAA_URL", "") if environ.get("GLUE_MWAA_URL") else None,
        mwaa_token=environ.get("GLUE_MWAA_TOKEN", ""),
        state_dir=state_dir,
        job_python=job_python,
        spark_home=_path(environ, "GLUE_SPARK_HOME"),
        spark_jars=_path(environ, "GLUE_SPARK_JARS"),
        java_home=_path(environ, "GLUE_JAVA_HOME"),
        cores=_number(environ, "GLUE_CORES", os.cpu_count() or 2),
        driver_memory=_memory(environ, "GLUE_DRIVER_MEMORY", "1g"),
        spark_master=environ.get("GLUE_SPARK_MASTER") or None,
        spark_secret=_spark_secret(environ),
        executors=1,
        executor_memory=_memory(environ, "GLUE_EXECUTOR_MEMORY", "1g"),
        executor_python=_path(environ, "GLUE_EXECUTOR_PYTHON") or job_python,
        driver_host=environ.get("GLUE_DRIVER_HOST") or None,
        job_python_path=environ.get("GLUE_JOB_PYTHONPATH", ""),
        job_endpoint_url=_url(environ, "GLUE_JOB_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
        access_key_id=environ.get("AWS_ACCESS_KEY_ID", "test"),
        secret_access_key=environ.get("AWS_SECRET_ACCESS_KEY", "test"),
        region=environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        account_id=_account_id(environ),
        warm_drivers=_number(environ, "GLUE_WARM_DRIVERS", 1, least=0),
        quiet_seconds=_number(environ, "GLUE_QUIET_SECONDS", 30, least=0),
        cache_dir=_path(environ, "GLUE_CACHE_DIR") or state_dir / "cache",
        access=read_rules(environ),
        is_authorized_by_emulator=environ.get("GLUE_AUTHORIZATION") == "emulator",
        has_own_keys=environ.get("GLUE_KEYS") == "own",
        minute_seconds=_number(environ, "GLUE_MINUTE_SECONDS", 60),
    )


def needs_secret(master: str) -> bool:
    """Return whether drivers for this master of Spark must be told a secret: for others, Spark makes one."""
    return bool(master) and re.match(r"local(\[|$)|k8s://|yarn$", master) is None


def _spark_secret(environ: Mapping[str, str]) -> str:
    master, secret = environ.get("GLUE_SPARK_MASTER", ""), environ.get("GLUE_SPARK_SECRET", "")
    if needs_secret(master) and not secret:
        raise SettingsError(
            f"GLUE_SPARK_SECRET must be set for GLUE_SPARK_MASTER={master}: without one, whoever reaches a "
            "driver's ports runs code as you. Choose one, and name it to the cluster's master and workers in "
            "conf/spark-defaults.conf: spark.authenticate true, spark.authenticate.secret <the same>"
        )
    return secret


def _check_hints(environ: Mapping[str, str]) -> None:
    try:
        read_hints(environ.get(VARIABLE, ""))
    except ValueError as error:
        raise SettingsError(f"{VARIABLE} must be a JSON object of hints by name: {error}") from error


def _named(variable: str) -> str:
    return f"{variable} ({OPTIONS[variable]})" if variable in OPTIONS else variable


def _number(
    environ: Mapping[str, str], name: str, default: int, least: int = 1, most: int | None = None
) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        limits = f"from {least}" if most is None else f"from {least} to {most}"
        raise SettingsError(
            f"{_named(name)} must be a whole number {limits}, found {text!r}: set it to {default}"
        )
    return int(text)


def _memory(environ: Mapping[str, str], name: str, default: str) -> str:
    text = (environ.get(name) or default).lower()
    if not re.fullmatch(r"[1-9]\d*[mg]", text):
        raise SettingsError(f"{name} must be a size as 900m or 2g, found {text!r}: set it to {default}")
    return text


def _account_id(environ: Mapping[str, str]) -> str:
    text = environ.get("GLUE_ACCOUNT_ID") or DEFAULT_ACCOUNT
    if not re.fullmatch(r"\d{12}", text):
        raise SettingsError(f"GLUE_ACCOUNT_ID must be 12 digits, found {text!r}: set it to {DEFAULT_ACCOUNT}")
    return text


def _url(environ: Mapping[str, str], name: str, default: str) -> str:
    text = (environ.get(name) or default).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{_named(name)} must be an http URL, found {text!r}: set it to {default}")
    return text


def _path(environ: Mapping[str, str], name: str, *, required: bool = False) -> Path | None:
    text = environ.get(name)
    if text:
        # Not resolve(): the Python of a virtual environment is a link that must stay one.
        return Path(text).absolute()
    if required:
        raise SettingsError(f"{name} is not set: start the service by {hint('start_service')}, which sets it")
    return None
