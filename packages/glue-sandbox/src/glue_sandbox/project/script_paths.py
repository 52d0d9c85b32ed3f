"""Files of the project in what a run printed: a traceback names the copy that the run downloaded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Airflow's processes, which import this, lack what reads a project file
    from glue_sandbox.project.file import Project

COPY = re.compile(r"""[^\s"']*/runs/(?:jr_|driver-)\w+/(?P<below>[^\s"']+\.py)""")
"""A file in the folder of a run, or of the driver JVM that waited for one."""
VARIABLE = "SANDBOX_SCRIPT_PATHS"


@dataclass(frozen=True)
class ScriptPaths:
    """Knows the copies of a project's scripts and of its package."""

    scripts: Mapping[str, str]
    """The file's name → where the user edits it, below the project's folder."""
    package: str = ""

    @classmethod
    def of(cls, project: Project) -> ScriptPaths:
        """Return those of a project, as its files are now."""
        folder, package = project.job_scripts, project.jobs.package
        files = folder.rglob("*.py") if folder else ()
        scripts = {file.name: file.relative_to(project.root).as_posix() for file in files}
        scripts |= {job.script.name: job.script.as_posix() for job in project.jobs.define.values()}
        return cls(scripts, package.as_posix() if package else "")

    def variable(self) -> dict[str, str]:
        """Return the variable that tells a process without the project's folder, such as Airflow's."""
        return {VARIABLE: json.dumps({"scripts": dict(self.scripts), "package": self.package})}

    def in_project(self, text: str) -> str:
        """Return a log's text with copies of scripts as the files that the user edits."""
        return COPY.sub(lambda copy: self._edited(PurePosixPath(copy["below"])) or copy[0], text)

    def _edited(self, below: PurePosixPath) -> str:
        package = PurePosixPath(self.package)
        if package.name in below.parts:
            position = below.parts.index(package.name)
            return package.joinpath(*below.parts[position + 1 :]).as_posix()
        return self.scripts.get(below.name, "")


def read_script_paths(environment: Mapping[str, str]) -> ScriptPaths:
    """Return what a variable tells; nothing is known where there is none."""
    return ScriptPaths(**json.loads(environment.get(VARIABLE, '{"scripts": {}}')))
