"""The tables of the project file: one class for each, one field for each key.

Texts may name in braces what the deployment knows: `{data_bucket}`, `{region}`, `{account_id}`, …
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

BUCKET_NAME = "3 to 63 of small letters, digits, dots and hyphens, none of the latter at an end"
BUCKET_PATTERN, PREFIX_PATTERN = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", r"^([^/]+/)*$"
COMMAND_PATTERN = r"^\S+( \S+)*$"
BucketName = Annotated[str, Field(pattern=BUCKET_PATTERN, description=BUCKET_NAME)]
Prefix = Annotated[str, Field(pattern=PREFIX_PATTERN)]
CommandLine = Annotated[str, Field(pattern=COMMAND_PATTERN)]
Function = Annotated[str, Field(pattern=r"^[\w.]+:\w+$")]
Identifier = Annotated[str, Field(pattern=r"^[\w.-]+$")]


# Each has a lock: airflow.txt, and airflow-<version>.txt for those that came before.
AirflowVersion = Literal["3.2.1", "2.11.2"]
# On this machine, or a container's name in a network of both: never an address of AWS.
LocalUrl = Annotated[
    str, Field(pattern=r"^http://(127\.0\.0\.1|localhost\.localstack\.cloud|[A-Za-z0-9_-]+):\d{1,5}$")
]
EnvironmentName = Annotated[str, Field(pattern=r"^[a-zA-Z][0-9a-zA-Z_-]{0,79}$")]
IN_WORDS = {
    BUCKET_PATTERN: BUCKET_NAME,
    PREFIX_PATTERN: "a folder, such as incoming/: / at its end, none at its begin, no s3://",
    COMMAND_PATTERN: "a command, its words one space apart",
    "model_type": "a table",
    "dict_type": "a table",
    "tuple_type": "a list",
    "string_type": "a text",
}
"""What a pattern or a type wants, for those who read that theirs is another."""


class Table(BaseModel):
    """What all tables have in common: nothing is changed later, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Buckets(Table):
    """Names of the buckets; folders of the first: those to make, and the two that `status` tells scripts."""

    data: BucketName
    artifacts: BucketName
    others: tuple[BucketName, ...] = ()
    folders: tuple[Prefix, ...] = ()
    landing: Prefix = ""
    archive: Prefix = ""


class Airflow(Table):
    """The DAG; environment variables, Airflow Variables and Connections (as URI or JSON) that DAGs read.

    `settings` is a file of Astro's, airflow_settings.yaml, with more Variables and Connections.
    `version` is that of MWAA's Airflow, `environment_name` what its environment is called there. `url` is the
    address of one that runs already, `user` who starts DAGs there: the sandbox then has none of its own.
    """

    dag_id: Identifier
    url: LocalUrl | None = None
    user: str = "admin"
    version: AirflowVersion = "3.2.1"
    environment_name: EnvironmentName | None = None
    dags: Path = Path("dags")
    plugins: Path | None = None
    python_path: tuple[Path, ...] = ()
    settings: Path | None = None
    requirements: Path | None = None
    environment: dict[str, str] = {}
    variables: dict[Identifier, str] = {}
    connections: dict[Identifier, str] = {}

    @property
    def is_airflow_2(self) -> bool:
        """Whether it is a release of Airflow 2, which differs from 3 in more than a number."""
        return self.version.startswith("2.")

    @property
    def python_environment(self) -> str:
        """The name of the environment, and of the lock, that this version is installed from."""
        return "airflow" if self.version.startswith("3.") else f"airflow-{self.version}"


NO_AIRFLOW = Airflow.model_construct(dag_id="")
"""Of a project of Glue alone, whose file has no table [airflow]."""


class Job(Table):
    """One Glue job; `arguments` are its default arguments. Without a role it may do anything."""

    script: Path
    type: Literal["glueetl", "pythonshell"] = "glueetl"
    arguments: dict[str, str] = {}
    role: str | None = None
    connections: tuple[str, ...] = ()
    glue_version: str = "5.1"
    python_version: Literal["3", "3.9"] = "3"
    worker_type: Literal["G.1X", "G.2X", "G.4X", "G.8X"] = "G.1X"
    workers: Annotated[int, Field(ge=2)] = 2
    max_capacity: float = 0.0625
    timeout_minutes: Annotated[int, Field(ge=1)] = 60
    retries: Annotated[int, Field(ge=0)] = 0


class Jobs(Table):
    """The scripts and what they import; jobs are defined here where no template does."""

    scripts: Path | None = None
    package: Path | None = None
    run_arguments: Function | None = None
    next: tuple[CommandLine, ...] = ()
    """What `run` names when a job has succeeded."""
    define: dict[str, Job] = {}


class Index(Table):
    """A global secondary index of a DynamoDB table; it has all attributes."""

    partition: str
    sort: str | None = None


class DynamoTable(Table):
    """A DynamoDB table: its keys, which are texts unless they stand under `numbers`."""

    partition: str
    sort: str | None = None
    numbers: tuple[str, ...] = ()
    indexes: dict[str, Index] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """Attributes that are a key of the table or of an index, each once."""
        keyed: tuple[DynamoTable | Index, ...] = (self, *self.indexes.values())
        names = [name for each in keyed for name in (each.partition, each.sort) if name]
        return tuple(dict.fromkeys(names))


class Role(Table):
    """An IAM role of jobs, crawlers and functions; `policy` is a file with its policy document (JSON)."""

    policy: Path


class Connection(Table):
    """A connection of the Data Catalog, such as JDBC."""

    type: str = "JDBC"
    properties: dict[str, str]


class Crawler(Table):
    """A crawler over folders of S3."""

    database: str
    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    table_prefix: str = ""
    role: str | None = None
    schedule: str | None = None


class LambdaFunction(Table):
    """A Lambda function: the folder with its code."""

    folder: Path
    handler: str = "lambda_function.lambda_handler"
    runtime: str = "python3.13"
    environment: dict[str, str] = {}
    role: str | None = None
    timeout_seconds: Annotated[int, Field(ge=1, le=900)] = 60


class S3Event(Table):
    """A new object of a bucket starts a DAG, or calls a function; by default one of the data bucket.

    A DAG's run has `bucket` and `key` of the object in its `conf`.
    """

    bucket: BucketName | None = None
    prefix: str = ""
    suffix: str = ""
    dag: Identifier | None = None
    function: str | None = None


class SeedFiles(Table):
    """Sample data that `seed` uploads to a folder of a bucket, by default the data bucket.

    `files` are files, folders (with all that is in them) or patterns such as `data/*.csv`.
    """

    files: Annotated[tuple[str, ...], Field(min_length=1)]
    to: Prefix = ""
    bucket: BucketName | None = None


class ProjectTests(Table):
    """The project's own tests: the command line that `test` runs."""

    command: CommandLine = "pytest"


class Templates(Table):
    """CloudFormation templates `<folder>/<name>.yaml` in the order of their deployment; or CDK; or Terraform.

    `cdk_out` is the folder that `cdk synth` writes, `stacks` those of it to deploy, if not all.
    `terraform` is a folder of Terraform files, which Terraform itself applies to the sandbox.
    """

    folder: Path | None = None
    order: tuple[str, ...] = ()
    lambdas: Path | None = None
    cdk_out: Path | None = None
    stacks: tuple[str, ...] = ()
    terraform: Path | None = None
    parameters: dict[str, str] = {}

    @model_validator(mode="after")
    def _stand_in_one_place(self) -> Self:
        of_a_folder = bool(self.folder or self.order or self.lambdas)
        if [of_a_folder, bool(self.cdk_out), bool(self.terraform)].count(True) != 1:
            raise ValueError("one of: folder with order; cdk_out, which cdk synth writes; terraform")
        if of_a_folder and not (self.folder and self.order):
            raise ValueError("both folder and order")
        if self.terraform and self.parameters:
            raise ValueError("no parameters beside terraform, whose variables are given to Terraform")
        if self.stacks and self.cdk_out is None:
            raise ValueError("stacks are those of cdk_out; templates in a folder are named under order")
        return self

    @property
    def place(self) -> Path:
        """The folder that they lie in."""
        return self.cdk_out or self.terraform or self.folder or Path()


class Commands(Table):
    """The project's own commands: a module with a dictionary COMMANDS, and where it is imported from.

    `next` are the command lines that `up` and `demo` name at their end: what one would type now. `smoke_test`
    is a function that tries out what a promotion has brought to an environment.
    """

    module: Annotated[str, Field(pattern=r"^[\w.]+$")]
    python_path: tuple[Path, ...] = ()
    next: tuple[CommandLine, ...] = ()
    smoke_test: Function | None = None
