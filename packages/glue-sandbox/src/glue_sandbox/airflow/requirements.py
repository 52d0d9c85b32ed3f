"""What DAGs import beside Airflow, in a folder of its own, at versions that Airflow can live with.

The lock of Airflow stands for the constraints that MWAA has: nothing of it is replaced.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.resources import LOCKS
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import last_lines
from glue_sandbox.terminal.words import counted
from local_glue.setup.environments import Environments
from local_glue.setup.report import Report, hint_for

_NAMED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
# As MWAA advises; the address or path is for MWAA, and the lock has the same purpose.
_CONSTRAINT = re.compile(r"^\s*(-c|--constraint)\b.*$", re.MULTILINE)
_CONFLICT = "No solution found"
_STAMP = ".stamp"


@dataclass(frozen=True)
class Installation:
    """What is installed where, and with what; `airflow` names the version in messages."""

    requirements: Path
    lock: Path
    target: Path
    uv: Path
    python: Path
    airflow: str
    environ: Mapping[str, str]

    def run(self) -> str:
        """Install what Airflow has not, unless it is there; return how much that is.

        Raises:
            SandboxError: the requirements do not fit Airflow's packages, or cannot be installed.
        """
        text = _CONSTRAINT.sub("", self.requirements.read_text(encoding="utf-8"))
        lock = self.lock.read_text(encoding="utf-8")
        wanted = hashlib.sha256(f"{text}\0{lock}".encode()).hexdigest()
        stamp = self.target / _STAMP
        if not (stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted):
            shutil.rmtree(self.target, ignore_errors=True)
            self.target.mkdir(parents=True)
            self._install(self._beside_airflow(text, lock))
            stamp.write_text(wanted, encoding="utf-8")
        return f"{counted(len([*self.target.glob('*.dist-info')]), 'package')} beside Airflow's own"

    def _beside_airflow(self, text: str, lock: str) -> list[str]:
        """Return all that is required, directly or not, and not in the lock: a line each, with versions."""
        plain = ["--no-header", "--no-annotate", "--constraint", str(self.lock)]
        compiled = self._uv(["pip", "compile", *plain], text)
        known = {_normal(name) for name in _NAMED.findall(lock)}
        found = (_NAMED.match(line) for line in compiled.splitlines())
        return [match.string for match in found if match and _normal(match[1]) not in known]

    def _install(self, packages: Sequence[str]) -> None:
        if packages:
            into = ["--target", str(self.target), "--no-deps", "--compile-bytecode"]
            self._uv(["pip", "install", *into, "--requirement"], "\n".join(packages))

    def _uv(self, command: Sequence[str], text: str) -> str:
        """Run uv over requirements on its standard input; return what it prints."""
        done = subprocess.run(
            [str(self.uv), *command, "-", "--quiet", "--python", str(self.python)],
            input=text,
            cwd=self.requirements.parent,
            env=dict(self.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return done.stdout

        expected = (
            f"{self.requirements.name}, what DAGs import, to fit the packages of Airflow {self.airflow}"
        )
        if _CONFLICT in done.stderr:
            found = "a conflict; which one uv says above"
            command_next = (
                f"change {self.requirements}: as on MWAA, Airflow's own packages keep their versions"
            )
        else:
            found = f"exit code {done.returncode} of uv, whose output's end is above"
            command_next = hint_for(done.stderr, str(self.target))
        raise SandboxError(expected, found, command_next, details=last_lines(done.stderr))


def requirements_folder(settings: Settings) -> Path | None:
    """Return the folder that DAGs import what they require from; None without requirements."""
    return settings.state / "airflow-requirements" if settings.project.requirements else None


def install_requirements(settings: Settings) -> str:
    """Install what the project's DAGs require beside Airflow; return how much that is.

    Raises:
        SandboxError: it does not fit Airflow's packages, or cannot be installed.
    """
    requirements, target = settings.project.requirements, requirements_folder(settings)
    if requirements is None or target is None:
        return "none"
    airflow = settings.project.airflow
    settings.make_state()
    return Installation(
        requirements=requirements,
        lock=LOCKS / f"{airflow.python_environment}.txt",
        target=target,
        uv=settings.envs / "uv" / "bin" / "uv",
        python=settings.python(airflow.python_environment),
        airflow=airflow.version,
        environ=Environments(settings.home, Report(settings.home / "logs" / "setup.log")).tool_environment(),
    ).run()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
