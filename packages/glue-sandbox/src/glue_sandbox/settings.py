"""One settings object, built once at the entrance: the environment wins over the file of defaults.

In between stands what a running sandbox was started with: `SANDBOX_PORT=5000 make up` in one shell, and
`make status` in another speaks of the same sandbox.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glue_sandbox.access_keys import PUBLIC, AccessKeys, load_access_keys
from glue_sandbox.errors import SandboxError
from glue_sandbox.glue_hints import glue_hints
from glue_sandbox.machine.mode import (
    AUTO,
    CONTAINERS,
    EMBEDDED,
    choose_mode,
    modes_with_data,
    read_env_file,
)
from glue_sandbox.machine.private_files import UMASK, made_private
from glue_sandbox.project.file import VARIABLE as PROJECT
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.project.tables import BucketName
from glue_sandbox.resources import DEFAULTS_FILE, IS_INSTALLED
from glue_sandbox.setting_variables import (
    COMMAS,
    FIXED_WHILE_RUNNING,
    HOSTS,
    MEMORY,
    ORIGINS,
    VARIABLES,
    explain,
)
from local_glue.settings import needs_secret

HOME_FOLDER = ".sandbox"
STARTED_WITH = "started.env"  # below the state
# Every name, as a pattern of Airflow 3 and as a regular expression of Airflow 2.
NO_DAGS = "[^!]*"


class Settings(BaseModel):
    """What this sandbox is called, where it listens and where it keeps its things."""

    model_config = ConfigDict(frozen=True)

    project: Project = Field(default_factory=load_project)
    home: Path = Field(default_factory=lambda data: data["project"].root / HOME_FOLDER)
    state: Path = Field(default_factory=lambda data: data["home"] / "state")
    mode: Literal["embedded", "containers"] = "embedded"
    sandbox_port: int = Field(default=4566, ge=1, le=65535)
    emulator_port: int = Field(default=4567, ge=1, le=65535)
    airflow_port: int = Field(default=8080, ge=1, le=65535)
    history_port: int = Field(default=18080, ge=1, le=65535)
    allowed_origins: str = Field(default="", pattern=ORIGINS, description=f"https://tool.example{COMMAS}")
    allowed_hosts: str = Field(default="", pattern=HOSTS, description=f"my-machine{COMMAS}")
    keys: Literal["test", "own"] = "test"
    region: str = Field(default_factory=lambda data: data["project"].region)
    account_id: str = Field(default="000000000000", pattern=r"^\d{12}$", description="12 digits")
    data_bucket: BucketName = Field(default_factory=lambda data: data["project"].buckets.data)
    artifact_bucket: BucketName = Field(default_factory=lambda data: data["project"].buckets.artifacts)
    glue_cores: int = Field(default=2, ge=1)
    glue_warm_drivers: int = Field(default=1, ge=0)
    glue_driver_memory: str = Field(default="1g", pattern=r"^\d+[mg]$", description=MEMORY)
    glue_spark_master: str = ""
    glue_spark_secret: str = Field(default="", repr=False)
    glue_executor_memory: str = Field(default="1g", pattern=r"^\d+[mg]$", description=MEMORY)
    schedule: str = Field(default="*/5 * * * *", min_length=1)
    retries: int = Field(default=1, ge=0)
    retry_delay_seconds: int = Field(default=5, ge=0)
    # Of containers only
    emulator: Literal["localstack", "ministack"] = "localstack"
    images: Literal["auto", "published", "slim"] = "auto"
    cluster: bool = False
    glue_memory: str = Field(default="", pattern=r"^(\d+[mg])?$", description=MEMORY)
    emulator_memory: str = Field(default="2g", pattern=r"^\d+[mg]$", description=MEMORY)
    airflow_memory: str = Field(default="2g", pattern=r"^\d+[mg]$", description=MEMORY)

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        ports = [self.sandbox_port, self.emulator_port, self.airflow_port, self.history_port]
        if len(set(ports)) != len(ports):
            names = "SANDBOX_PORT, EMULATOR_PORT, AIRFLOW_PORT and HISTORY_PORT"
            raise ValueError(f"{names} must differ, they are {ports}")
        return self

    @model_validator(mode="after")
    def _drivers_have_a_secret(self) -> Self:
        if needs_secret(self.glue_spark_master) and not self.glue_spark_secret:
            raise SandboxError(
                "a secret that drivers and the cluster ask each other for",
                f"GLUE_SPARK_MASTER={self.glue_spark_master} without GLUE_SPARK_SECRET",
                "export GLUE_SPARK_SECRET=<its spark.authenticate.secret> (docs/modes.md says where)",
            )
        return self

    @model_validator(mode="after")
    def _localstack_has_its_own_account(self) -> Self:
        own = type(self).model_fields["account_id"].default
        is_localstack = self.mode == CONTAINERS and self.emulator == "localstack"
        if is_localstack and self.project.aws_endpoint is None and self.account_id != own:
            raise SandboxError(
                f"ACCOUNT_ID={own} with LocalStack, which takes keys like `test` for that account",
                f"ACCOUNT_ID={self.account_id}",
                f"EMULATOR=ministack ACCOUNT_ID={self.account_id} make up, or: unset ACCOUNT_ID",
            )
        return self

    @property
    def access_key(self) -> str:
        """The access key of the account: `test`, or with KEYS=own one of this sandbox. Never a real one."""
        return self._access_keys.access_key if self.keys == "own" else PUBLIC

    @property
    def secret_key(self) -> str:
        """Its secret; `test` is none, and must not look like one."""
        return self._access_keys.secret_key if self.keys == "own" else PUBLIC

    @property
    def control_token(self) -> str:
        """What the sandbox's own services show each other."""
        return self._access_keys.control_token

    @property
    def cluster_secret(self) -> str:
        """What processes of the Spark cluster show each other."""
        return hashlib.sha256(f"spark {self.control_token}".encode()).hexdigest()

    @property
    def mwaa_token(self) -> str:
        """What the endpoint shows Airflow with calls of MWAA; tasks of Airflow may see it."""
        return hashlib.sha256(f"mwaa {self.control_token}".encode()).hexdigest()

    @property
    def mwaa_name(self) -> str:
        """The name of the MWAA environment that Airflow stands for."""
        return self.project.airflow.environment_name or self.project.name

    @property
    def _access_keys(self) -> AccessKeys:
        self.make_state()
        return load_access_keys(self.state)

    @property
    def root(self) -> Path:
        """The project's root."""
        return self.project.root

    @property
    def dag_id(self) -> str:
        """The id of the project's DAG; empty where it has none."""
        return self.project.airflow.dag_id

    @property
    def runs_airflow(self) -> bool:
        """Whether Airflow is one of the sandbox's services."""
        return self.project.has_dags and not self.project.airflow.url

    @property
    def runs_emulator(self) -> bool:
        """Whether the emulator is one of the sandbox's services."""
        return self.project.aws_endpoint is None

    @property
    def envs(self) -> Path:
        """Python environments, one folder each."""
        return self.home / "envs"

    @property
    def jars(self) -> Path:
        """The jars Spark needs to read S3."""
        return self.home / "jars"

    @property
    def logs(self) -> Path:
        """One log file per service; below the state, so that two sandboxes never mix theirs."""
        return self.state / "logs"

    @property
    def started_with(self) -> Path:
        """The variables a running sandbox was started with; not there while it is down."""
        return self.state / STARTED_WITH

    def remember(self) -> None:
        """Let later commands find this sandbox, whatever their own shell has set."""
        lines = (f"{name}={getattr(self, field)}\n" for name, field in VARIABLES.items())
        self.make_state()
        with made_private():
            self.started_with.write_text("".join((f"{PROJECT}={self.root}\n", *lines)), encoding="utf-8")

    def differing(self) -> dict[str, tuple[str, str]]:
        """Variable → its value at the start and now, of those that a running sandbox cannot change."""
        started = read_env_file(self.started_with)
        now = {name: str(getattr(self, VARIABLES[name])) for name in FIXED_WHILE_RUNNING}
        return {n: (started[n], value) for n, value in now.items() if started.get(n, value) != value}

    def make_state(self) -> None:
        """Make the state folder, for its owner only: the services keep passwords in it.

        Where it lies in the folder of DAGs, which can be a project's root, Airflow is told to look for none
        in it.
        """
        self.state.parent.mkdir(parents=True, exist_ok=True)
        self.state.mkdir(exist_ok=True, mode=0o700)
        if self.state.stat().st_mode & UMASK:  # it was there before
            self.state.chmod(0o700)
        for folder in {self.home, self.state}:
            if self.project.has_dags and folder.is_relative_to(self.project.dags) and folder.is_dir():
                (folder / ".airflowignore").write_text(f"{NO_DAGS}\n")

    @property
    def modes_with_data(self) -> tuple[str, ...]:
        """The modes that there is data of in this sandbox: what `down` left, or what runs."""
        return modes_with_data(self.state)

    @property
    def in_containers(self) -> bool:
        """Whether the services are containers, and not processes of this machine."""
        return self.mode == CONTAINERS

    @property
    def access_rules(self) -> dict[str, str]:
        """What each service that listens is told of the web pages and host names that it may answer.

        With what it says to type next, to those that it refuses.
        """
        return {
            "GLUE_ALLOWED_ORIGINS": self.allowed_origins,
            "GLUE_ALLOWED_HOSTS": self.allowed_hosts,
            **glue_hints(),
        }

    @property
    def endpoint_url(self) -> str:
        """The endpoint that answers for every AWS service, as processes use it."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def public_endpoint_url(self) -> str:
        """The same endpoint, as people type it."""
        return f"http://localhost:{self.sandbox_port}"

    @property
    def emulator_url(self) -> str:
        """The emulator behind the endpoint."""
        return self.project.aws_endpoint or f"http://127.0.0.1:{self.emulator_port}"

    @property
    def airflow_url(self) -> str:
        """Airflow's web interface and API."""
        return self.project.airflow.url or f"http://127.0.0.1:{self.airflow_port}"

    def python(self, environment: str) -> Path:
        """Return the interpreter of one of the environments."""
        return self.envs / environment / "bin" / "python"

    @property
    def own_python(self) -> Path:
        """The interpreter that the tool is installed for: this one, or that of a checkout's environment."""
        return Path(sys.executable) if IS_INSTALLED else self.python("sandbox")


def load_settings(
    environ: Mapping[str, str] | None = None,
    defaults_file: Path = DEFAULTS_FILE,
    project: Project | None = None,
    default_mode: str = "",
) -> Settings:
    """Return the settings: the environment, else what a running sandbox was started with, else the defaults.

    `default_mode` replaces the MODE of the file of defaults.

    Raises:
        SandboxError: a value is unusable, and names its variable; or there is no project to work on.
    """
    env = os.environ if environ is None else environ
    project = project or load_project()
    # An empty variable means "not set": make passes every variable on, filled or not.
    given = {name: value for name, value in env.items() if value.strip()}
    defaults = read_env_file(defaults_file) | ({"MODE": default_mode} if default_mode else {})
    defaults |= _beside_services_of_the_user(project, defaults)
    merged = defaults | given
    home = (project.root / merged.get("SANDBOX_HOME", HOME_FOLDER)).resolve()
    state = (
        (project.root / merged["SANDBOX_STATE"]).resolve() if "SANDBOX_STATE" in merged else home / "state"
    )

    running = Settings(project=project, home=home, state=state).started_with
    if running.is_file():
        merged |= read_env_file(running) | given

    merged["MODE"] = choose_mode(merged.get("MODE", AUTO), modes_with_data(state))

    values: dict[str, object] = {field: merged[name] for name, field in VARIABLES.items() if name in merged}
    values |= {"project": project, "home": home, "state": state}

    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise explain(error, Settings.model_fields) from None


def _beside_services_of_the_user(project: Project, defaults: Mapping[str, str]) -> dict[str, str]:
    """Return other defaults, where an emulator or an Airflow runs already: containers would not reach it.

    The endpoint of AWS keeps away from the emulator's port.
    """
    if not project.aws_endpoint:
        return {"MODE": EMBEDDED} if project.airflow.url else {}
    taken = str(urlsplit(project.aws_endpoint).port)
    ports = (defaults.get("SANDBOX_PORT", "4566"), defaults.get("EMULATOR_PORT", "4567"))
    return {
        "MODE": EMBEDDED,
        "EMULATOR_PORT": taken,
        "SANDBOX_PORT": next(each for each in ports if each != taken),
    }
