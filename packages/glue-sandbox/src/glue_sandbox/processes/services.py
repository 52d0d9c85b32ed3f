"""The services of the embedded sandbox, as data: what runs, with which environment, how health is seen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from glue_sandbox.airflow.environment import TLS_FOLDER, airflow_environment
from glue_sandbox.airflow.mwaa.server import PREFIX as MWAA_PREFIX
from glue_sandbox.airflow.mwaa.tls import AUTHORITIES
from glue_sandbox.airflow.releases.rest_versions import rest_version
from glue_sandbox.environment.child_process import child_environment, without_downloads
from glue_sandbox.environment.pip import users_pip_config
from glue_sandbox.environment.services import Location, glue_variables, ministack_variables
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.ports import NeededPort
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.resources import LOCAL_GLUE, PACKAGE
from glue_sandbox.settings import Settings
from local_glue.http.control_paths import TOKEN_VARIABLE
from local_glue.setup.jars import IVY_SETTINGS
from local_glue.setup.java import find_java

AIRFLOW_LAUNCHER = PACKAGE / "airflow" / "launcher.py"
MINISTACK, GLUE, AIRFLOW = "ministack", "glue", "airflow"
TITLES = {
    MINISTACK: "S3, DynamoDB, Lambda, SNS, Logs … (MiniStack)",
    GLUE: "Glue and the endpoint of all AWS services",
    AIRFLOW: "Airflow",
}
PORT_VARIABLES = {MINISTACK: "EMULATOR_PORT", GLUE: "SANDBOX_PORT", AIRFLOW: "AIRFLOW_PORT"}
HEALTH_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True)
class Service:
    """One process of the sandbox."""

    name: str
    title: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    url: str
    health_path: str
    healthy: Mapping[str, object]
    port: int
    port_variable: str
    log: Path
    start_seconds: float
    stop_seconds: float

    def health(self, seconds: float = HEALTH_TIMEOUT_SECONDS) -> bool:
        """Ask the service itself; False for no answer in that time, too."""
        # Straight to the machine itself, whatever proxy the environment names.
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(self.url + self.health_path, timeout=seconds) as answer:
                body = json.load(answer) if self.healthy else {}
        except (URLError, OSError, ValueError):
            return False
        return all(_status_of(body, part) == wanted for part, wanted in self.healthy.items())


def _status_of(body: Mapping[str, object], part: str) -> object:
    value = body.get(part)
    return value.get("status") if isinstance(value, dict) else value


def ministack(settings: Settings) -> Service:
    """The emulator of everything but Glue: S3, DynamoDB, CloudFormation, Lambda, SNS, Logs …"""
    location = Location("127.0.0.1", settings.emulator_port, settings.state / "ministack")
    env = {
        **ministack_variables(settings, location, "localhost", settings.endpoint_url),
        TOKEN_VARIABLE: settings.control_token,
        **settings.access_rules,
        "TMPDIR": str(_folder(settings, "tmp")),
        **_trust_in_mwaa(settings),
    }
    return Service(
        name=MINISTACK,
        title=TITLES[MINISTACK],
        command=(
            str(settings.python("ministack")),
            str(LOCAL_GLUE / "emulators" / "ministack_main.py"),
        ),
        env=child_environment(settings, env, without_downloads(os.environ)),
        url=settings.emulator_url,
        health_path="/_ministack/health",
        healthy={},
        port=settings.emulator_port,
        port_variable=PORT_VARIABLES[MINISTACK],
        log=settings.logs / "ministack.log",
        start_seconds=60,
        stop_seconds=15,
    )


def glue(settings: Settings) -> Service:
    """The local Glue service, which is also the endpoint of all of AWS."""
    spark, java = spark_and_java(settings)
    location = Location("127.0.0.1", settings.sandbox_port, _folder(settings, "glue"))
    env = {
        **glue_variables(settings, location, settings.emulator_url, settings.python("glue"), spark),
        TOKEN_VARIABLE: settings.control_token,
        **settings.access_rules,
        **mwaa_variables(settings, settings.airflow_url),
        "GLUE_SPARK_SECRET": settings.glue_spark_secret,
        "GLUE_SPARK_JARS": str(settings.jars),
        "GLUE_JAVA_HOME": str(java),
        "GLUE_CACHE_DIR": str(settings.home / "cache" / "spark"),
        "PYTHONPATH": str(LOCAL_GLUE.parent),
        **users_pip_config(),
        **{name: os.environ[name] for name in (IVY_SETTINGS,) if name in os.environ},
    }
    return Service(
        name=GLUE,
        title=TITLES[GLUE],
        command=(str(settings.own_python), "-m", "local_glue", "serve"),
        env=child_environment(settings, env),
        url=settings.endpoint_url,
        health_path="/_glue/health",
        healthy={"status": "ok", "emulator": "ok"},
        port=settings.sandbox_port,
        port_variable=PORT_VARIABLES[GLUE],
        log=settings.logs / "glue.log",
        start_seconds=60,
        stop_seconds=15,
    )


def airflow(settings: Settings) -> Service:
    """Airflow: web interface, scheduler, DAG processor and triggerer under one parent."""
    _folder(settings, "logs/airflow")
    api = rest_version(settings.project.airflow.version)
    env = airflow_environment(settings)
    return Service(
        name=AIRFLOW,
        title=TITLES[AIRFLOW],
        command=(str(settings.python(settings.project.airflow.python_environment)), str(AIRFLOW_LAUNCHER)),
        env={
            **env,
            **settings.access_rules,
            "PYTHONDONTWRITEBYTECODE": "1",
            "AIRFLOW_LAUNCHER_HOLD": str(airflow_release(settings)),
        },
        url=settings.airflow_url,
        health_path=api.health_path,
        # What must be found in the answer, beside its status 200.
        healthy=dict.fromkeys(api.components, "healthy"),
        port=settings.airflow_port,
        port_variable=PORT_VARIABLES[AIRFLOW],
        log=settings.logs / "airflow.log",
        start_seconds=240,  # for a busy machine; nobody waits that long for one that is not
        stop_seconds=30,
    )


def mwaa_variables(settings: Settings, airflow_url: str) -> dict[str, str]:
    """Return where Glue's service finds MWAA's API, which is a part of Airflow."""
    if not settings.runs_airflow:
        return {}
    return {"GLUE_MWAA_URL": f"{airflow_url}{MWAA_PREFIX}/api", "GLUE_MWAA_TOKEN": settings.mwaa_token}


def _trust_in_mwaa(settings: Settings) -> dict[str, str]:
    """What functions inherit: those written for MWAA find its web server with TLS."""
    if not settings.runs_airflow:
        return {}
    return dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(mwaa_authorities(settings)))


def mwaa_authorities(settings: Settings) -> Path:
    """The file of certificate authorities by which clients of MWAA's web server trust Airflow's."""
    return settings.state / "airflow" / TLS_FOLDER / AUTHORITIES


def airflow_release(settings: Settings) -> Path:
    """The file without which Airflow holds its scheduler back: no run before the resources are there."""
    return _folder(settings, "airflow") / "resources_deployed"


def spark_and_java(settings: Settings) -> tuple[Path, Path]:
    """Return the folders of Spark and of Java 17.

    Raises:
        SandboxError: one of them is not set up.
    """
    spark = next(settings.envs.glob("glue/lib/python3*/site-packages/pyspark"), None)
    java = find_java(settings.home)
    if spark is None or java is None:
        raise SandboxError("Spark and Java 17 set up", f"Spark in {spark}, Java in {java}", "make doctor")
    return spark, java


# In the order of starting; stopping goes backwards.
SERVICES = {MINISTACK: ministack, GLUE: glue, AIRFLOW: airflow}


def services_of(settings: Settings) -> dict[str, Callable[[Settings], Service]]:
    """Return the services that this project's sandbox has, in the order of starting."""
    runs = {MINISTACK: settings.runs_emulator, AIRFLOW: settings.runs_airflow}
    return {name: build for name, build in SERVICES.items() if runs.get(name, True)}


def needed_ports(settings: Settings) -> dict[str, NeededPort]:
    """Return service → the port that it listens on, also where nothing is set up yet."""
    variables = {name: PORT_VARIABLES[name] for name in services_of(settings)}
    return {
        name: NeededPort(getattr(settings, variable.lower()), variable, TITLES[name])
        for name, variable in variables.items()
    }


def _folder(settings: Settings, name: str) -> Path:
    """A folder of the state, made when it is not there."""
    settings.make_state()
    path = settings.state / name
    with made_private():
        path.mkdir(parents=True, exist_ok=True)
    return path
