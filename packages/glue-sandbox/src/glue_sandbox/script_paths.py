"""Files of the project in what a run printed: a traceback names the copy that the run downloaded."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from glue_sandbox.project import Project

COPY = re.compile(r"""[^\s"']*/runs/(?:jr_|driver-)\w+/(?P<below>[^\s"']+\.py)""")
"""A file in the folder of a run, or of the driver JVM that waited for one."""


class ScriptPaths:
    """Knows the copies of a project's scripts and of its package."""

    def __init__(self, project: Project) -> None:
        self._package = project.jobs.package
        folder = project.job_scripts
        files = folder.rglob("*.py") if folder else ()
        self._scripts = {file.name: file.relative_to(project.root).as_posix() for file in files}
        self._scripts |= {job.script.name: job.script.as_posix() for job in project.jobs.define.values()}

    def in_project(self, text: str) -> str:
        """Return a log's text with copies of scripts as the files that the user edits."""
        return COPY.sub(lambda copy: self._edited(PurePosixPath(copy["below"])) or copy[0], text)

    def _edited(self, below: PurePosixPath) -> str:
        if self._package and self._package.name in below.parts:
            position = below.parts.index(self._package.name)
            return self._package.joinpath(*below.parts[position + 1 :]).as_posix()
        return self._scripts.get(below.name, "")
