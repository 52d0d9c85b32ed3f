"""An environment of AWS, as `environments/<name>.toml` describes it: an account, a region, and names in it.

account_id = "111122223333"
region = "eu-west-1"
profile = "acme-prod"                 # of your AWS configuration; without it, what your shell has
prefix = "prod_"                      # of names, where another environment shares the account

[buckets]
data = "acme-prod-data"
artifacts = "acme-prod-artifacts"

[parameters]                          # of the templates, above all defaults
AlertEmail = "data-team@example.com"

[airflow]
dags = "s3://acme-mwaa-prod/dags/"    # the DAG folder of an MWAA environment, or of any Airflow's bucket
mwaa = "acme-prod"                    # if it is one: version, folder, role and import errors are looked at

[airflow.environment]                 # of its start-up script, above what sandbox.toml says
ORDERS_POLL_SECONDS = "30"
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Name, Project
from glue_sandbox.project.tables import BucketName

FOLDER = "environments"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Buckets(_Table):
    """Names of the buckets; those of S3 are unique in the world, so an environment has its own."""

    data: BucketName
    artifacts: BucketName


class AirflowTarget(_Table):
    """Where the environment's Airflow reads its DAGs."""

    dags: Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/].*/)?$")]

    mwaa: Name | None = None
    """The MWAA environment, if it is one: plan and promotion then ask it."""
    url: Annotated[str, Field(pattern=r"^https?://[^/]+.*[^/]$")] | None = None
    """Where its API is, if it is another Airflow: plan and promotion then ask that."""
    user: str = ""
    password_variable: str = "AIRFLOW_PASSWORD"  # noqa: S105 - the name of a variable
    """Which variable of the shell has the password of `user`."""
    environment: dict[str, str] = {}
    """Variables of its start-up script, above those of sandbox.toml; an empty one is left out."""

    @model_validator(mode="after")
    def _is_one_airflow(self) -> Self:
        if self.mwaa and self.url:
            raise ValueError("an Airflow is MWAA (mwaa) or another one (url), not both")
        if self.url and not self.user:
            raise ValueError("url has a user beside it")
        return self

    @property
    def bucket(self) -> str:
        """The bucket of the DAG folder."""
        return self.dags.split("/")[2]

    @property
    def prefix(self) -> str:
        """The DAG folder in it."""
        return self.dags.split("/", 3)[3]


class Environment(_Table):
    """One environment; `name` is that of its file."""

    name: Name
    account_id: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
    profile: str | None = None
    stacks: Name | None = None
    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")] = ""
    """What names of resources begin with, for environments that share an account and a region."""
    buckets: Buckets
    parameters: dict[str, str] = {}
    airflow: AirflowTarget | None = None
    tags: dict[str, str] = {}


def load_environment(project: Project, name: str) -> Environment:
    """Return the environment of this name.

    Raises:
        SandboxError: there is none, or its file says something unusable; with key, expected and found.
    """
    file = project.root / FOLDER / f"{name}.toml"
    if not file.is_file():
        there = sorted(path.stem for path in file.parent.glob("*.toml"))
        raise SandboxError(
            f"an environment {name}: a file {FOLDER}/{name}.toml",
            f"only {', '.join(there)}" if there else f"no file in {FOLDER}/",
            f"write it; docs/promotion.md shows one{f', or TARGET={there[0]}' if there else ''}",
        )
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Environment.model_validate({"name": name, **content})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise SandboxError(
            f"{key} in {FOLDER}/{name}.toml: {first['msg']}",
            repr(first["input"]) if first["type"] != "missing" else "none",
            f"correct {FOLDER}/{name}.toml, then repeat",
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SandboxError(
            f"{FOLDER}/{name}.toml to be a TOML file", str(error), "correct it, then repeat"
        ) from None


def stack_prefix(project: Project, environment: Environment) -> str:
    """Return what the names of the environment's stacks begin with."""
    return environment.stacks or f"{project.name}-{environment.name}"
