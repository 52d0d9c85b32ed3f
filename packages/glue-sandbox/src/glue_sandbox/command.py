"""What a command of the command line is: a function, an example of its use, and what it needs set up."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from glue_sandbox.environment.child_process import clean_own_environment
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.setup.needs import set_up

SERVICES = ("glue", "airflow", "ministack")  # slow ones first: Spark is built while the others download


def what_a_start_needs(settings: Settings) -> None:
    """Require of a command that starts the sandbox what can be seen before a minute's set-up.

    Raises:
        SandboxError: a job's script is no Python, or somebody else listens on one of the ports.
    """
    from glue_sandbox.deploy.script_syntax import require_readable_scripts  # of two commands alone
    from glue_sandbox.startup.ports import look_at_ports

    require_readable_scripts(settings.project)
    look_at_ports(settings)


def _nothing(_: Settings) -> None:
    """Require nothing."""


def set_up_for(settings: Settings, names: Sequence[str]) -> None:
    """Install what is missing of these environments, but for services that the sandbox does not run.

    Airflow's is that of the project's version.

    Raises:
        SetupError: a step failed; it says what to type next.
    """
    airflow = settings.project.airflow.python_environment
    runs = {"airflow": settings.runs_airflow, "ministack": settings.runs_emulator}
    needed = [name for name in names if runs.get(name, True)]
    set_up(settings.home, [airflow if name == "airflow" else name for name in needed])


@dataclass(frozen=True)
class Command:
    """One command.

    `environments`: what is set up before it runs, beside the tool's own. A command that `only_talks` to the
    services needs none of theirs where they are containers. `mode`: how a sandbox of this command runs unless
    the user says otherwise. `needs_project`: whether it makes sense only inside a project. `requires` fails
    before anything is set up, if the command would fail.
    """

    run: Callable[..., Any]
    example: str
    environments: tuple[str, ...] = ()
    only_talks: bool = False
    mode: str = ""
    needs_project: bool = True
    keeps_own_keys: bool = False
    requires: Callable[[Settings], None] = _nothing

    def prepared(self) -> Callable[..., Any]:
        """Return the function that first sets up what is missing; --help alone sets up nothing."""

        @functools.wraps(self.run)
        def prepared(*args: Any, **options: Any) -> Any:
            if self.needs_project:
                self._prepare(load_settings(default_mode=self.mode))
            return self.run(*args, **options)

        return prepared

    def _prepare(self, settings: Settings) -> None:
        self.requires(settings)
        os.environ["MODE"] = settings.mode  # asked once: the engine may take its time to answer
        set_up_for(settings, self.environments_in(settings.mode))
        if not self.keeps_own_keys:
            clean_own_environment(settings)

    def environments_in(self, mode: str) -> tuple[str, ...]:
        """Return the names of the environments that the command needs in a mode."""
        talks = self.only_talks and mode == "containers"
        return tuple(name for name in self.environments if not (talks and name in SERVICES))
