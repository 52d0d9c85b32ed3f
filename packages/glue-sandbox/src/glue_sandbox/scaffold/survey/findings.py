"""What was found in a repository, each with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FoundJob:
    """A Glue job: what is known of it so far."""

    script: str | None = None
    type: str | None = None
    arguments: dict[str, str | None] = field(default_factory=dict)
    """Name → value that something gives it as the job's own; None where only a run gives one."""
    given: set[str] = field(default_factory=set)
    """Arguments that a DAG gives at each run."""
    where: str = ""


@dataclass
class FoundTable:
    """A DynamoDB table, and its keys as far as they are seen."""

    keys: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    where: str = ""


@dataclass
class Findings:
    """All that was found; `unknown` says what could not be."""

    dag_ids: dict[str, str] = field(default_factory=dict)
    """Id → file."""
    dag_files: list[str] = field(default_factory=list)
    jobs: dict[str, FoundJob] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    """Files that are no DAG and use Spark or AWS's library for Glue."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Name → where it was seen first."""
    tables: dict[str, FoundTable] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    """Name → folder."""
    topics: dict[str, str] = field(default_factory=dict)
    crawlers: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    """Airflow Variables that DAGs ask for → where."""
    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables that DAGs ask for → where."""
    of_airflow_2: str | None = None
    """A DAG file that Airflow 3 cannot read, and Airflow 2 can."""
    airflow_settings: str | None = None
    """Astro's file with Variables and Connections."""
    plugins: str | None = None
    imports_from_root: bool = False
    """Whether DAGs may import what lies at the root."""
    has_airflowignore: bool = False
    """Whether the root says which of its files are no DAGs."""
    templates: list[str] = field(default_factory=list)
    """CloudFormation templates that describe Glue jobs."""
    terraform: list[str] = field(default_factory=list)
    """Folders that Terraform is called in: their files say where AWS is."""
    requirements: str | None = None
    """A file of packages at the root, which DAGs may import."""
    cdk_out: str | None = None
    """The folder that `cdk synth` wrote."""
    samples: dict[str, list[str]] = field(default_factory=dict)
    """Folder of the bucket → files of sample data that would go there, by their names."""
    sample_folders: dict[str, str] = field(default_factory=dict)
    """Folder of the bucket → where it was seen."""
    unplaced_samples: list[str] = field(default_factory=list)
    """Sample data that goes nobody knows where."""
    tests: str | None = None
    """A file of tests."""
    tests_command: str | None = None
    """What runs them, if pytest alone would not find them."""
    unknown: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that a project would be made of."""
        return not (self.dag_files or self.jobs or self.templates or self.terraform)
