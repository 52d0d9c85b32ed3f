"""The project file, `sandbox.toml`: all that the sandbox must know of the project it stands in.

It lies at the project's root and is found from any folder below. The smallest one has a name and a DAG:

    name = "hello"
    [airflow]
    dag_id = "hello"
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from glue_sandbox.errors import SandboxError

FILE = "sandbox.toml"
VARIABLE = "SANDBOX_PROJECT"

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
BucketName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Prefix = Annotated[str, Field(pattern=r"^([^/].*/)?$")]
CommandLine = Annotated[str, Field(pattern=r"^\S+( \S+)*$")]
Function = Annotated[str, Field(pattern=r"^[\w.]+:\w+$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Buckets(_Table):
    """Names of the buckets, and the folders in the first that `status` tells scripts."""

    data: BucketName
    artifacts: BucketName
    others: tuple[BucketName, ...] = ()
    landing: Prefix = ""
    archive: Prefix = ""


class Airflow(_Table):
    """The DAG, and the environment variables that it reads."""

    dag_id: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    dags: Path = Path("dags")
    variables: dict[str, str] = {}


class Job(_Table):
    """One Glue job that is created by the API; `arguments` are its default arguments."""

    script: Path
    type: Literal["glueetl", "pythonshell"] = "glueetl"
    arguments: dict[str, str] = {}
    glue_version: str = "5.1"
    python_version: Literal["3", "3.9"] = "3"
    worker_type: Literal["G.1X", "G.2X", "G.4X", "G.8X"] = "G.1X"
    workers: Annotated[int, Field(ge=2)] = 2
    max_capacity: float = 0.0625
    timeout_minutes: Annotated[int, Field(ge=1)] = 60
    retries: Annotated[int, Field(ge=0)] = 0


class Jobs(_Table):
    """The scripts and what they import; jobs are defined here where no template does."""

    scripts: Path | None = None
    package: Path | None = None
    run_arguments: Function | None = None
    define: dict[str, Job] = {}


class Templates(_Table):
    """CloudFormation templates `<folder>/<name>.yaml`, in the order of their deployment."""

    folder: Path
    order: Annotated[tuple[str, ...], Field(min_length=1)]
    lambdas: Path | None = None
    parameters: dict[str, str] = {}


class Commands(_Table):
    """The project's own commands: a module with a dictionary COMMANDS, and where it is imported from.

    `next` are the command lines that `up` and `demo` name at their end: what one would type now.
    """

    module: Annotated[str, Field(pattern=r"^[\w.]+$")]
    python_path: tuple[Path, ...] = ()
    next: tuple[CommandLine, ...] = ()


class Project(_Table):
    """The whole file. Paths are relative to `root`, the folder it lies in."""

    root: Path
    name: Name
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    entrance: Literal["glue-sandbox", "make"] = "glue-sandbox"
    buckets: Buckets
    airflow: Airflow
    jobs: Jobs = Jobs()
    templates: Templates | None = None
    commands: Commands | None = None
    images: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _buckets_are_named_after_the_project(cls, content: Any) -> Any:
        buckets, name = content.get("buckets", {}), content.get("name")
        if isinstance(buckets, dict) and isinstance(name, str):
            content = {**content, "buckets": {"data": name, "artifacts": f"{name}-artifacts", **buckets}}
        return content

    @model_validator(mode="after")
    def _jobs_are_defined_once(self) -> Self:
        if self.templates and self.jobs.define:
            raise ValueError("jobs.define: jobs are defined in templates or here, not in both")
        return self

    @property
    def dags(self) -> Path:
        """The DAG folder."""
        return self.root / self.airflow.dags

    @property
    def job_scripts(self) -> Path | None:
        """The folder of job scripts."""
        return self.root / self.jobs.scripts if self.jobs.scripts else None

    @property
    def package(self) -> Path | None:
        """The package that jobs and DAGs import."""
        return self.root / self.jobs.package if self.jobs.package else None

    @property
    def lambdas(self) -> Path | None:
        """The folder with one folder per Lambda function."""
        return self.root / self.templates.lambdas if self.templates and self.templates.lambdas else None

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What a user would type once all is up; without words of the project's own, a run."""
        return self.commands.next if self.commands and self.commands.next else ("make run",)

    def template(self, name: str) -> Path:
        """Return the file of one of the templates."""
        folder = self.templates.folder if self.templates else Path()
        return self.root / folder / f"{name}.yaml"

    def module(self, name: str) -> Any:
        """Return a module of the project's own commands, imported from their Python path."""
        for folder in self.commands.python_path if self.commands else ():
            if str(self.root / folder) not in sys.path:
                sys.path.append(str(self.root / folder))
        return importlib.import_module(name)


def find_project(start: Path | None = None, environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the project file: SANDBOX_PROJECT's, else that of the nearest folder upwards; None without one.

    Raises:
        SandboxError: SANDBOX_PROJECT names a place without a project file.
    """
    named = (os.environ if environ is None else environ).get(VARIABLE)
    if named:
        path = Path(named).expanduser().resolve()
        path = path / FILE if path.is_dir() else path
        if path.is_file():
            return path
        raise SandboxError(
            f"{VARIABLE} or --project to name a folder with a file {FILE}",
            f"{named}, where there is none",
            f"correct or unset {VARIABLE}",
        )
    here = (start or Path.cwd()).resolve()
    return next((folder / FILE for folder in (here, *here.parents) if (folder / FILE).is_file()), None)


def load_project(file: Path | None = None) -> Project:
    """Return what a project file says; by default that of the project one stands in.

    Raises:
        SandboxError: there is none, or it says something unusable; names file, key, expected and found.
    """
    file = file or find_project()
    if file is None:
        raise SandboxError(
            f"a project: a file {FILE} in this folder or above it",
            f"none from {Path.cwd()} upwards",
            "cd into a project, or glue-sandbox init, which writes the file",
        )

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SandboxError(f"{file} to be a TOML file", str(error), f"correct {file}, then repeat") from None

    try:
        project = Project.model_validate({**content, "root": file.parent})
    except ValidationError as error:
        raise _explain(file, error) from None

    _require_paths(file, project)
    return project


def _explain(file: Path, error: ValidationError) -> SandboxError:
    """The first thing that is wrong with the file."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        expected, found = f"a key {key} in {file}", "none"
    elif first["type"] == "extra_forbidden":
        expected, found = f"only known keys in {file}", f"{key} = {first['input']!r}"
    elif key:
        expected, found = f"{key} in {file} to be usable: {first['msg']}", f"{key} = {first['input']!r}"
    else:
        expected, found = f"{file} to be consistent", str(first["msg"])
    return SandboxError(expected, found, f"correct {FILE}, then repeat the command")


def _require_paths(file: Path, project: Project) -> None:
    """Every folder and file that the project file names must be there."""
    named: dict[str, Path | None] = {
        "airflow.dags": project.dags,
        "jobs.scripts": project.job_scripts,
        "jobs.package": project.package,
        "templates.lambdas": project.lambdas,
    }
    named |= {
        f"jobs.define.{name}.script": project.root / job.script for name, job in project.jobs.define.items()
    }
    if project.templates:
        named |= {f"templates.order ({name})": project.template(name) for name in project.templates.order}
    if project.commands:
        folders = project.commands.python_path
        named |= {f"commands.python_path ({folder})": project.root / folder for folder in folders}

    for key, path in named.items():
        if path is not None and not path.exists():
            raise SandboxError(
                f"{path}, which {key} in {file} names",
                "nothing there",
                f"create it, or correct {key} in {FILE}",
            )
