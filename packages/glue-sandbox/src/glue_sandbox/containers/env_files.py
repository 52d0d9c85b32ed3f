"""Settings -> the files that compose.yaml reads: variables of the project, and each container's environment.

They lie in `<state>/compose/`, which only its owner can enter, for some hold passwords.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from glue_sandbox.airflow.environment import (
    ADMIN_USER,
    PASSWORDS_FILE,
    AirflowSecrets,
    aws_access,
    common_variables,
    load_secrets,
    mwaa_environment,
)
from glue_sandbox.containers.memory import memory_variables
from glue_sandbox.deploy.emulator.lambda_as_queue import HTTP_PORT
from glue_sandbox.deploy.project.values import dag_variables
from glue_sandbox.environment.child_process import without_downloads
from glue_sandbox.environment.pip import pip_variables
from glue_sandbox.environment.proxies import proxy_variables
from glue_sandbox.environment.services import Location, glue_variables, ministack_variables
from glue_sandbox.errors import SandboxError
from glue_sandbox.images.ca_certificates import own_authorities, with_systems_own
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.machine.private_files import write_private
from glue_sandbox.processes.services import AIRFLOW, mwaa_variables
from glue_sandbox.project.script_paths import ScriptPaths
from glue_sandbox.resources import IMAGES_FILE, LOCAL_GLUE, PACKAGE, SLIM_IMAGES_FILE
from glue_sandbox.settings import Settings
from local_glue.http.control_paths import TOKEN_VARIABLE
from local_glue.setup.environments import pip_settings

# Names that the containers call each other by.
AWS_ENDPOINT, EMULATOR_URL, API_SERVER = "http://glue:4566", "http://emulator:4566", "http://airflow:8080"
HTTP_API_URL = f"http://events:{HTTP_PORT}"
CLUSTER_MASTER = "spark://spark-master:7077"
HOSTS = "emulator,glue,postgres,airflow,spark-master,spark-worker-1,spark-worker-2"
ANY_ADDRESS, CONTAINER_PORT = "0.0.0.0", 4566  # noqa: S104 - the container's network; published on 127.0.0.1 only
EVENTS_FILE = "events.env"
WORKSPACE = "/home/hadoop/workspace"  # where compose.yaml mounts the job scripts and what they import
# What a health check does last: nothing the first time, and from then on it waits before it says so again.
HEALTHY_REST = "{ test ! -e /tmp/healthy || sleep 12; touch /tmp/healthy; }"
AUTHORITIES_FILE, MOUNTED_AUTHORITIES = "authorities.pem", "/opt/glue-sandbox/authorities.pem"
AIRFLOW_HOME = PurePosixPath("/opt/airflow")
AIRFLOW_RELEASE = "/tmp/resources_deployed"  # noqa: S108 - in the container; Airflow schedules once it is there
DATA_FOLDERS = {"localstack": "/var/lib/localstack", "ministack": "/var/lib/ministack"}
TOKEN = "LOCALSTACK_AUTH_TOKEN"  # noqa: S105 - the name of a variable


def project_name(settings: Settings) -> str:
    """Name of the compose project: the same for the same state folder, and no other."""
    return f"{settings.project.name}-{hashlib.sha256(str(settings.state).encode()).hexdigest()[:8]}"


def prepare(settings: Settings, images: Mapping[str, str], admin_password: str | None = None) -> None:
    """Write all files; images are variables of compose.yaml and the images' names.

    Raises:
        SandboxError: DAGs import from folders that containers do not see.
    """
    if settings.project.dag_imports:
        raise SandboxError(
            "Airflow without containers, for airflow.plugins and airflow.python_path in sandbox.toml",
            "containers, which do not see these folders",
            "MODE=embedded make up",
        )
    folder = settings.state / "compose"
    settings.make_state()
    folder.mkdir(exist_ok=True, mode=0o700)
    kept = load_secrets(settings.state / AIRFLOW, admin_password)
    files = {
        "compose.env": _compose(settings, images),
        "emulator.env": _emulator(settings, images["EMULATOR_IMAGE"]),
        "control.env": {TOKEN_VARIABLE: settings.control_token},
        "cluster.env": _cluster(settings),
        "packages.env": proxy_variables(os.environ, HOSTS) | _packages(folder / AUTHORITIES_FILE),
        "glue.env": _glue(settings),
        "postgres.env": _postgres(kept),
        "airflow.env": _airflow(settings, kept),
    }
    for name, variables in files.items():
        _write(folder / name, variables)

    (folder / EVENTS_FILE).touch(mode=0o600)  # the deployment fills it
    # Airflow's user in the container reads it; on this machine nobody can enter the folder.
    write_private(folder / PASSWORDS_FILE, {ADMIN_USER: kept.admin_password})
    (folder / PASSWORDS_FILE).chmod(0o644)


def runs_no_lambda(settings: Settings) -> bool:
    """LocalStack needs the engine's socket and an image of AWS for it; neither is given to it."""
    return settings.in_containers and settings.emulator == "localstack"


def has_http_api(settings: Settings) -> bool:
    """Whether the container `events` answers for an HTTP API; it cannot check signatures."""
    return runs_no_lambda(settings) and settings.keys != "own"


def uses_token(settings: Settings, image: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the emulator's image is a LocalStack for those with a token; the free ones know none."""
    free = {read_env_file(file)["EMULATOR_IMAGE"] for file in (IMAGES_FILE, SLIM_IMAGES_FILE)}
    without_digest = image.partition("@")[0]
    return settings.emulator == "localstack" and bool(environ.get(TOKEN)) and without_digest not in free


def write_functions(settings: Settings, functions: Sequence[Mapping[str, str]]) -> None:
    """Tell the container `events` which functions to run, each with its environment."""
    _write(
        settings.state / "compose" / EVENTS_FILE,
        {
            "FUNCTIONS": json.dumps(functions),
            "AWS_ENDPOINT_URL": EMULATOR_URL,
            "PYTHONPATH": "/opt/glue-sandbox/lambdas",
        },
    )


def _compose(settings: Settings, images: Mapping[str, str]) -> dict[str, str]:
    return {
        "SANDBOX_PROJECT": project_name(settings),
        "SANDBOX_STATE": str(settings.state),
        "SANDBOX_PORT": str(settings.sandbox_port),
        "EMULATOR_PORT": str(settings.emulator_port),
        "AIRFLOW_PORT": str(settings.airflow_port),
        "HISTORY_PORT": str(settings.history_port),
        "GLUE_CORES": str(settings.glue_cores),
        "HEALTHY_REST": HEALTHY_REST,
        "READ_ONLY": str(_are_slim(images)).lower(),
        "EMULATOR_DATA": DATA_FOLDERS[settings.emulator],
        **_mounted(settings),
        **memory_variables(settings),
        **images,
    }


def _are_slim(images: Mapping[str, str]) -> bool:
    """Whether all are built here, and so known to write into their volumes alone."""
    slim = read_env_file(SLIM_IMAGES_FILE)
    return {images[name] for name in slim} <= set(slim.values())


def _mounted(settings: Settings) -> dict[str, str]:
    """The project's folders that containers see; an empty one stands for what a project has not."""
    project = settings.project
    empty = settings.state / "empty"
    empty.mkdir(exist_ok=True)
    return {
        "DAGS_FOLDER": str(project.dags if project.has_dags else empty),
        "JOBS_FOLDER": str(project.job_scripts or empty),
        "PACKAGE_FOLDER": str(project.package or empty),
        "PACKAGE_NAME": project.package.name if project.package else "no_package",
        "LAMBDAS_FOLDER": str(project.lambdas or empty),
        "GLUE_SANDBOX_FOLDER": str(PACKAGE),
        "LOCAL_GLUE_FOLDER": str(LOCAL_GLUE),
    }


def _emulator(settings: Settings, image: str) -> dict[str, str]:
    shared = {
        **_network(),
        **_access_rules(settings),
        "AWS_DEFAULT_REGION": settings.region,
        "GLUE_SERVICE_URL": AWS_ENDPOINT,
        "GLUE_KEYS": settings.keys,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
    }
    if settings.emulator == "ministack":
        location = Location(ANY_ADDRESS, CONTAINER_PORT, PurePosixPath(DATA_FOLDERS["ministack"]))
        return shared | ministack_variables(settings, location, "emulator", AWS_ENDPOINT)

    return shared | {
        # What infra/ needs is loaded before LocalStack says that it is ready; all else when it is asked for.
        "SERVICES": "cloudformation,dynamodb,s3,iam,sts,sqs,sns,events,logs,cloudwatch",
        "EAGER_SERVICE_LOADING": "1",
        "STRICT_SERVICE_LOADING": "0",
        "DYNAMODB_IN_MEMORY": "1",  # the free edition keeps nothing anyway
        "EXTRA_CORS_ALLOWED_ORIGINS": settings.allowed_origins.replace(" ", ""),
        "DISABLE_EVENTS": "1",  # nothing is reported to anybody
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "XDG_CACHE_HOME": "/tmp/cache",  # noqa: S108 - in the container
        **(_licence() if uses_token(settings, image) else {}),
    }


def _licence() -> dict[str, str]:
    """What a LocalStack that asks its makers for a licence needs."""
    return {**proxy_variables(os.environ, HOSTS), TOKEN: os.environ[TOKEN], "ACTIVATE_PRO": "1"}


def _glue(settings: Settings) -> dict[str, str]:
    location = Location(ANY_ADDRESS, CONTAINER_PORT, PurePosixPath("/var/lib/local-service"))
    python, spark = PurePosixPath("/usr/bin/python3.11"), PurePosixPath("/usr/lib/spark")
    return {
        **_network(),
        **glue_variables(settings, location, EMULATOR_URL, python, spark),
        **_access_rules(settings),
        **({"GLUE_SPARK_MASTER": CLUSTER_MASTER} if settings.cluster else {}),
        **({"GLUE_HTTP_API_URL": HTTP_API_URL} if has_http_api(settings) else {}),
        # A job that is typed by hand finds the project's package; a run is given a path of its own.
        "PYTHONPATH": f"/opt/local-glue/src:{WORKSPACE}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # For what is typed by hand, for executors and the history server; a job's run gets those of its role.
        "AWS_ENDPOINT_URL": AWS_ENDPOINT,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        **mwaa_variables(settings, API_SERVER),
    }


def _cluster(settings: Settings) -> dict[str, str]:
    """What the cluster and its drivers need to talk to each other; of another cluster, the drivers' part."""
    if not settings.cluster:
        return {"GLUE_SPARK_SECRET": settings.glue_spark_secret} if settings.glue_spark_secret else {}
    return {
        "_SPARK_AUTH_SECRET": settings.cluster_secret,  # Spark's own name: it passes it on to executors
        "SPARK_DAEMON_JAVA_OPTS": "-Dspark.authenticate=true -Dspark.ui.killEnabled=false",
        "GLUE_SPARK_SECRET": settings.cluster_secret,
    }


def _packages(bundle: Path) -> dict[str, str]:
    """The user's package index, for `--additional-python-modules`; its authorities go into the bundle."""
    configured = pip_settings()
    named = {"PIP_CERT": configured["cert"]} if "cert" in configured else {}
    own = own_authorities(os.environ | named)
    # Always written, for it is mounted; named only where it has more than the image's own, which it replaces.
    bundle.write_bytes(with_systems_own(own) if own else b"")
    bundle.chmod(0o644)  # read by the container's user
    return pip_variables(configured) | ({"PIP_CERT": MOUNTED_AUTHORITIES} if own else {})


def _postgres(kept: AirflowSecrets) -> dict[str, str]:
    return {"POSTGRES_USER": "airflow", "POSTGRES_DB": "airflow", "POSTGRES_PASSWORD": kept.database_password}


def _airflow(settings: Settings, kept: AirflowSecrets) -> dict[str, str]:
    database = f"airflow:{kept.database_password}@postgres/airflow"
    contained = {
        "CORE__EXECUTION_API_SERVER_URL": f"{API_SERVER}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": "/tmp/airflow_passwords.json",  # noqa: S108 - in the container
        "API__HOST": "0.0.0.0",  # noqa: S104 - the container's network; published on 127.0.0.1 only
        "API__PORT": "8080",
        "API__BASE_URL": f"http://localhost:{settings.airflow_port}",
        "DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
    }
    return {
        **_network(),
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW_LAUNCHER_HOLD": AIRFLOW_RELEASE,
        **_access_rules(settings),
        "PYTHONPATH": f"{AIRFLOW_HOME}/packages:{AIRFLOW_HOME}/config:/opt/local-glue:/opt/glue-sandbox",
        "PYTHONDONTWRITEBYTECODE": "1",
        **common_variables(
            kept, home=AIRFLOW_HOME, dags=AIRFLOW_HOME / "dags", plugins=AIRFLOW_HOME / "config/plugins"
        ),
        **{f"AIRFLOW__{name}": value for name, value in contained.items()},
        **mwaa_environment(settings, kept, "http://127.0.0.1:8080").variable(),
        **aws_access(settings, AWS_ENDPOINT),
        **dag_variables(settings),
        **ScriptPaths.of(settings.project).variable(),
    }


def _access_rules(settings: Settings) -> dict[str, str]:
    """The settings', and the names that the containers call each other by."""
    named = [name for name in (settings.allowed_hosts, HOSTS) if name]
    return settings.access_rules | {"GLUE_ALLOWED_HOSTS": ",".join(named)}


def _network() -> dict[str, str]:
    """No proxy: it may hold a password, and only what downloads is given it."""
    return proxy_variables(without_downloads(os.environ), HOSTS)


def _write(path: Path, variables: Mapping[str, str]) -> None:
    """Write NAME='value' lines: in single quotes nothing is expanded."""
    text = "".join(f"{name}={_quoted(value)}\n" for name, value in variables.items())
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _quoted(value: str) -> str:
    """As compose reads it: a quote or a line break needs double quotes, in which all else is escaped."""
    if not {"'", "\n", "\r"} & {*value}:
        return f"'{value}'"
    escaped = re.sub(r'([\\"$])', r"\\\1", value).replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
