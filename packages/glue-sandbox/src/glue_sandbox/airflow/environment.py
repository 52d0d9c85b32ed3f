"""The environment that Airflow runs in: everything it needs, and nothing of the caller's.

A caller's AWS_PROFILE, proxy or Airflow settings must not leak in, so the dictionary starts empty.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from glue_sandbox.airflow.mwaa.environment import MwaaEnvironment
from glue_sandbox.airflow.releases.variables_2 import variables_of_airflow_2
from glue_sandbox.airflow.requirements import requirements_folder
from glue_sandbox.deploy.project.values import dag_variables
from glue_sandbox.machine.private_files import write_private
from glue_sandbox.project.script_paths import ScriptPaths
from glue_sandbox.resources import COMPOSE, import_folder
from glue_sandbox.settings import Settings
from local_glue.setup.truststore import find_bundle

# Holds airflow_local_settings.py: what Airflow does differently on this machine.
LOCAL_SETTINGS = COMPOSE / "airflow" / "config"
ADMIN_USER = "admin"
SECRETS_FILE = "secrets.json"
PASSWORDS_FILE = "passwords.json"
TLS_FOLDER = "tls"


@dataclass(frozen=True)
class AirflowSecrets:
    """Made once per Airflow home, kept in a file only its owner can read, shown in no log."""

    fernet_key: str
    jwt_secret: str
    session_key: str
    database_password: str
    admin_password: str

    def __repr__(self) -> str:
        return "AirflowSecrets(…)"


def load_secrets(home: Path, admin_password: str | None = None) -> AirflowSecrets:
    """Read `<home>/secrets.json`, or make it; a given password replaces the one that is kept.

    Also writes the password file that Airflow's login reads.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / SECRETS_FILE
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = AirflowSecrets(
        fernet_key=known.get("fernet_key") or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt_secret=known.get("jwt_secret") or secrets.token_urlsafe(64),
        session_key=known.get("session_key") or secrets.token_urlsafe(32),
        database_password=known.get("database_password") or secrets.token_urlsafe(24),
        admin_password=admin_password or known.get("admin_password") or secrets.token_urlsafe(12),
    )
    write_private(path, asdict(kept))
    write_private(home / PASSWORDS_FILE, {ADMIN_USER: kept.admin_password})
    return kept


def airflow_environment(settings: Settings) -> dict[str, str]:
    """Return the whole environment of the launcher, which runs Airflow as processes of this machine."""
    home = settings.state / "airflow"
    kept = load_secrets(home)
    url = settings.airflow_url
    # Airflow 2 cannot read the database of Airflow 3, nor the other way round: each has one of its own.
    database = home / f"{settings.project.airflow.python_environment}.db"
    package, required = settings.project.package, requirements_folder(settings)
    python_path = [
        *([package.parent] if package else []),
        *settings.project.dag_imports,
        *([required] if required else []),
        LOCAL_SETTINGS,
        # The plugin of the settings imports the access rules of the local Glue service.
        import_folder(settings.state),
    ]
    embedded = {
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": home / PASSWORDS_FILE,
        # Airflow gives its logs these modes, whatever the umask says.
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "API__HOST": "127.0.0.1",
        "API__PORT": settings.airflow_port,
        "API__BASE_URL": url,
        # SQLite lets one write at a time: on a busy machine the others must have the patience to wait.
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}?timeout=10",
        # Opening a SQLite file costs nothing, while a pool runs dry: the API server then waits for itself.
        "DATABASE__SQL_ALCHEMY_POOL_ENABLED": False,
    }

    authorities = os.environ.get("SSL_CERT_FILE") or find_bundle()
    return {
        # HOME is Airflow's own folder, so that no ~/.aws, ~/.netrc or the like of the caller is read.
        "HOME": str(home),
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_LAUNCHER_LOGS": str(settings.logs / "airflow"),
        "AIRFLOW_LAUNCHER_TLS": str(home / TLS_FOLDER),
        **({"AIRFLOW_LAUNCHER_AUTHORITIES": str(authorities)} if authorities else {}),
        **mwaa_environment(settings, kept, url).variable(),
        "PYTHONPATH": os.pathsep.join(map(str, python_path)),
        # Airflow renames its processes; this keeps it from overwriting their environment in /proc, by which
        # `make down` finds processes that lost their parent.
        "SPT_NOENV": "1",
        **common_variables(kept, home=home, dags=settings.project.dags, plugins=_plugins(settings)),
        **{f"AIRFLOW__{name}": str(value) for name, value in embedded.items()},
        **_of_the_release(settings, kept),
        **aws_access(settings, settings.endpoint_url),
        **dag_variables(settings),
        **ScriptPaths.of(settings.project).variable(),
    }


def _plugins(settings: Settings) -> Path:
    """Return the folder of plugins, as Airflow knows only one: ours, or one with ours and the project's."""
    ours, own = LOCAL_SETTINGS / "plugins", settings.project.plugins
    if own is None:
        return ours
    both = settings.state / "plugins"
    both.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, folder in (("sandbox", ours), ("project", own)):
        link = both / name
        if not link.is_symlink() or link.readlink() != folder:
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
    return both


def _of_the_release(settings: Settings, kept: AirflowSecrets) -> dict[str, str]:
    if not settings.project.airflow.is_airflow_2:
        return {}
    port, url = settings.airflow_port, settings.airflow_url
    return variables_of_airflow_2(kept.session_key, "127.0.0.1", port, url)


def mwaa_environment(settings: Settings, kept: AirflowSecrets, url: str) -> MwaaEnvironment:
    """Return the MWAA environment that Airflow stands for; `url` is where it finds its own API."""
    return MwaaEnvironment(
        name=settings.mwaa_name,
        airflow_version=settings.project.airflow.version,
        region=settings.region,
        account=settings.account_id,
        bucket=settings.artifact_bucket,
        url=url,
        user=ADMIN_USER,
        password=kept.admin_password,
        token=settings.mwaa_token,
        secret=kept.session_key,
    )


def common_variables(
    kept: AirflowSecrets, *, home: PurePath, dags: PurePath, plugins: PurePath
) -> dict[str, str]:
    """What Airflow is told wherever it runs: one machine, a folder of DAGs, one user, answers at once."""
    airflow = {
        "CORE__DAGS_FOLDER": dags,
        "CORE__PLUGINS_FOLDER": plugins,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": False,
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 4,  # two cores, and the heavy work is Glue's
        "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": 0,  # with the next: an edited DAG shows in a second
        "CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": 0,
        "CORE__TASK_SUCCESS_OVERTIME": 120,  # of callbacks: on a busy machine, alerts need more than 20 s
        "CORE__FERNET_KEY": kept.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN_USER}:admin",
        "API__WORKERS": 1,
        "API__SECRET_KEY": kept.session_key,
        "API_AUTH__JWT_SECRET": kept.jwt_secret,
        "DATABASE__LOAD_DEFAULT_CONNECTIONS": False,
        "LOGGING__BASE_LOG_FOLDER": home / "logs",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": home / "logs" / "dag_processor",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 1,  # it wakes earlier when a task changes its state
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 30,  # with the next: a killed task is retried in seconds
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 120,
        "WORKERS__MIN_HEARTBEAT_INTERVAL": 1,  # at the default, loaded machines fail resumed tasks falsely
        "DAG_PROCESSOR__REFRESH_INTERVAL": 0,  # at every round: there is one when a file changed
        "DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": 0,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 30,
        "DAG_PROCESSOR__PARSING_PROCESSES": 1,
        "DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": home / "bundles",
        "TRIGGERER__DEFAULT_CAPACITY": 100,
    }
    return {"PYTHONUNBUFFERED": "1", **{f"AIRFLOW__{name}": str(value) for name, value in airflow.items()}}


def aws_access(settings: Settings, endpoint_url: str) -> dict[str, str]:
    """Return where AWS answers and with which keys: an empty connection, so that these variables count."""
    return {
        "AIRFLOW_CONN_AWS_DEFAULT": "aws://",
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
