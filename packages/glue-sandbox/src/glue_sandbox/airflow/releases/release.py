"""What the Airflow launcher must know of a release of Airflow.

For the Airflow launcher, which runs in Airflow's environment: standard library and Airflow only.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from glue_sandbox.airflow.releases.rest_versions import RestVersion

Component = Callable[[], object]


class Release(ABC):
    """Airflow 2 or Airflow 3."""

    web: ClassVar[str]
    """The component that people, clients and tasks talk to: it ends last."""
    preload: ClassVar[tuple[str, ...]]
    """What components and tasks import first."""
    rest: ClassVar[RestVersion]
    """The version of its REST API, whose answer about health names the components."""
    tasks_path: ClassVar[str]
    """What answers once a task may begin."""

    @abstractmethod
    def components(self) -> dict[str, Component]:
        """Return name → what it runs, in the order of starting; the scheduler last."""

    @abstractmethod
    def before_imports(self, database: str) -> None:
        """Change what is imported once only."""

    @abstractmethod
    def after_imports(self, database: str, dags: Path) -> None:
        """Change what is imported now, before anything is forked."""


def run_command(*arguments: str) -> None:
    """Run one command of Airflow's command line in this process."""
    from airflow.cli import cli_parser

    sys.argv = ["airflow", *arguments]
    parsed = cli_parser.get_parser().parse_args(arguments)
    parsed.func(parsed)
