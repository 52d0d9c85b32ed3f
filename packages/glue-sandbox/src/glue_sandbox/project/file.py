"""The project file, `sandbox.toml`: all that the sandbox must know of the project it stands in.

It lies at the project's root and is found from any folder below. The smallest one has a name, and a DAG if
Airflow is to run it:

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
from glue_sandbox.project.airflow_settings import with_airflow_settings
from glue_sandbox.project.lines import with_line
from glue_sandbox.project.references import require_references
from glue_sandbox.project.tables import (
    IN_WORDS,
    NO_AIRFLOW,
    Airflow,
    Buckets,
    Commands,
    Connection,
    Crawler,
    DynamoTable,
    Identifier,
    Jobs,
    LambdaFunction,
    LocalUrl,
    ProjectTests,
    Role,
    S3Event,
    SeedFiles,
    Templates,
)

FILE = "sandbox.toml"
VARIABLE = "SANDBOX_PROJECT"

VERSION = 1
"""Of what the file may say; a file that says nothing is of this one."""

RESOURCES = ("tables", "roles", "databases", "crawlers", "connections", "topics", "functions", "events")
"""Tables that take the place of templates, beside `jobs.define`."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]


class Project(BaseModel):
    """The whole file. Paths are relative to `root`, the folder it lies in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    version: Literal[1] = 1
    name: Name
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    aws_endpoint: LocalUrl | None = None
    entrance: Literal["glue-sandbox", "make"] = "glue-sandbox"
    buckets: Buckets
    airflow: Airflow = NO_AIRFLOW
    jobs: Jobs = Jobs()
    tables: dict[str, DynamoTable] = {}
    roles: dict[str, Role] = {}
    databases: tuple[str, ...] = ()
    crawlers: dict[str, Crawler] = {}
    connections: dict[str, Connection] = {}
    topics: tuple[str, ...] = ()
    functions: dict[str, LambdaFunction] = {}
    events: dict[str, S3Event] = {}
    templates: Templates | None = None
    apis: dict[str, str] = {}
    """HTTP APIs of the templates → what people call them."""
    seed: dict[Identifier, SeedFiles] = {}
    tests: ProjectTests = ProjectTests()
    commands: Commands | None = None
    notebooks: Path | None = None
    images: dict[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _buckets_are_named_after_the_project(cls, content: Any) -> Any:
        buckets, name = content.get("buckets", {}), content.get("name")
        if isinstance(buckets, dict) and isinstance(name, str):
            content = {**content, "buckets": {"data": name, "artifacts": f"{name}-artifacts", **buckets}}
        return content

    @model_validator(mode="after")
    def _resources_are_described_once(self) -> Self:
        here = [name for name in RESOURCES if getattr(self, name)]
        here += ["jobs.define"] if self.jobs.define else []
        if self.templates and here:
            raise ValueError(f"{here[0]}: resources are described in templates or here, not in both")
        if self.templates and self.aws_endpoint:
            raise ValueError(
                "templates: the CloudFormation of an emulator at aws_endpoint knows no Glue jobs"
            )
        return self

    @property
    def has_dags(self) -> bool:
        """Whether Airflow belongs to it, or Glue alone."""
        return bool(self.airflow.dag_id)

    @property
    def dags(self) -> Path:
        """The DAG folder."""
        return self.root / self.airflow.dags

    @property
    def requirements(self) -> Path | None:
        """The file of packages that DAGs import, beside those of Airflow."""
        return self.root / self.airflow.requirements if self.airflow.requirements else None

    @property
    def plugins(self) -> Path | None:
        """The folder of Airflow plugins."""
        return self.root / self.airflow.plugins if self.airflow.plugins else None

    @property
    def dag_imports(self) -> tuple[Path, ...]:
        """Folders that DAGs import from, beside their own: as Airflow does it, that of the plugins is one."""
        folders = [self.root / folder for folder in self.airflow.python_path]
        return (*folders, self.plugins) if self.plugins else tuple(folders)

    @property
    def job_scripts(self) -> Path | None:
        """The folder of job scripts."""
        return self.root / self.jobs.scripts if self.jobs.scripts else None

    @property
    def package(self) -> Path | None:
        """The package that jobs and DAGs import."""
        return self.root / self.jobs.package if self.jobs.package else None

    @property
    def notebook_folder(self) -> Path | None:
        """The folder of notebooks: the one that is named, or else one that is called so."""
        named, usual = self.notebooks, self.root / "notebooks"
        return self.root / named if named else usual if usual.is_dir() else None

    @property
    def lambdas(self) -> Path | None:
        """The folder with one folder per Lambda function."""
        return self.root / self.templates.lambdas if self.templates and self.templates.lambdas else None

    @property
    def terraform(self) -> Path | None:
        """The folder of Terraform files."""
        return self.root / self.templates.terraform if self.templates and self.templates.terraform else None

    @property
    def next_commands(self) -> tuple[str, ...]:
        """What a user would type once all is up; without words of the project's own, `seed` and a run."""
        if self.commands and self.commands.next:
            return self.commands.next
        return ("make seed", "make run") if self.seed else ("make run",)

    def template(self, name: str) -> Path:
        """Return the file of one of the templates."""
        folder = self.templates.place if self.templates else Path()
        return self.root / folder / f"{name}.yaml"

    def template_files(self) -> tuple[Path, ...]:
        """Return the files of all templates; those of CDK as far as it has written them."""
        if self.templates and self.templates.cdk_out:
            return tuple(sorted((self.root / self.templates.cdk_out).rglob("*.template.json")))
        return tuple(self.template(name) for name in (self.templates.order if self.templates else ()))

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
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise SandboxError(f"{file} to be a TOML file", str(error), f"correct {file}, then repeat") from None

    _require_known_version(file, text, content)
    content = with_airflow_settings(file.parent, content)
    try:
        project = Project.model_validate({**content, "root": file.parent})
    except ValidationError as error:
        raise _explain(file, text, error) from None

    _require_paths(file, text, project)
    require_references(file, text, project)
    return project


def _require_known_version(file: Path, text: str, content: Mapping[str, Any]) -> None:
    """A file of a newer tool may say what this one would misunderstand."""
    found = content.get("version", VERSION)
    if isinstance(found, int) and found > VERSION:
        raise SandboxError(
            f"version = {VERSION} in {file}, the newest that this glue-sandbox reads",
            with_line(f"version = {found}", text, "version"),
            "pip install --upgrade glue-sandbox, then repeat the command",
        )


def _explain(file: Path, text: str, error: ValidationError) -> SandboxError:
    """The first thing that is wrong with the file."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    wanted = IN_WORDS.get(first.get("ctx", {}).get("pattern") or first["type"], first["msg"])
    if first["type"] == "missing":
        expected, found = f"a key {key} in {file}", "none"
    elif first["type"] == "extra_forbidden":
        expected, found = f"only known keys in {file}", f"{key} = {first['input']!r}"
    elif key:
        expected, found = f"{key} in {file} to be usable: {wanted}", f"{key} = {first['input']!r}"
    else:
        expected, found = f"{file} to be consistent", str(first["msg"])
    return SandboxError(
        expected, with_line(found, text, first["loc"]), f"correct {FILE}, then repeat the command"
    )


def _require_paths(file: Path, text: str, project: Project) -> None:
    """Every folder and file that the project file names must be there."""
    named: dict[str, Path | None] = {
        "airflow.dags": project.dags if project.has_dags else None,
        "airflow.plugins": project.plugins,
        "airflow.requirements": project.requirements,
        "jobs.scripts": project.job_scripts,
        "jobs.package": project.package,
        "templates.lambdas": project.lambdas,
        "templates.terraform": project.terraform,
    }
    named |= {
        f"airflow.python_path ({folder})": project.root / folder for folder in project.airflow.python_path
    }
    named |= {
        f"jobs.define.{name}.script": project.root / job.script for name, job in project.jobs.define.items()
    }
    named |= {f"roles.{name}.policy": project.root / role.policy for name, role in project.roles.items()}
    named |= {
        f"functions.{name}.folder": project.root / each.folder for name, each in project.functions.items()
    }
    if project.templates:
        named |= {f"templates.order ({name})": project.template(name) for name in project.templates.order}
    if project.commands:
        folders = project.commands.python_path
        named |= {f"commands.python_path ({folder})": project.root / folder for folder in folders}

    for key, path in named.items():
        is_missing = path is not None and not (path.is_file() if key.endswith(".script") else path.exists())
        if is_missing:
            raise SandboxError(
                f"{path}, which {key} in {file} names",
                with_line(
                    "no such file" if key.endswith(".script") else "nothing there", text, key.split(" ")[0]
                ),
                f"create it, or correct {key} in {FILE}",
            )
