"""What was edited since it was deployed: jobs name their code by keys that tell its content."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from glue_sandbox.clients import client
from glue_sandbox.deploy.artifacts import Package, content_hash, read_tree, version_of
from glue_sandbox.deploy.state import read_deployed
from glue_sandbox.project.file import Project
from glue_sandbox.settings import Settings

KEY = re.compile(r"/(?P<folder>jobs|packages)/(?P<digest>[0-9a-f]{16})/(?P<name>[^,]+)")
"""In a job's definition, of a script or a package that a deployment has uploaded."""


def edited_since_deployed(settings: Settings) -> list[Path]:
    """Return the job scripts, and the package, that differ from what the jobs run, as paths in the project.

    Raises:
        SandboxError: a folder that the project file names is not there.
    """
    deployed = read_deployed(settings)
    if deployed is None or not deployed.jobs:
        return []

    jobs = client(settings, "glue").batch_get_jobs(JobNames=list(deployed.jobs))["Jobs"]
    in_use: dict[tuple[str, str], set[str]] = defaultdict(set)
    for found in (found for job in jobs for text in _texts(job) for found in KEY.finditer(text)):
        in_use[found["folder"], found["name"]].add(found["digest"])

    sources = _sources(settings.project)
    edited = [
        source for source, folder, name, digest in sources if in_use.get((folder, name), {digest}) != {digest}
    ]
    return list(dict.fromkeys(edited))


def _texts(job: Mapping[str, Any]) -> Iterator[str]:
    """Yield what may name code in a job's definition."""
    yield job["Command"].get("ScriptLocation", "")
    yield from job.get("DefaultArguments", {}).values()


def _sources(project: Project) -> Iterator[tuple[Path, str, str, str]]:
    """Yield each source with folder, name and content's hash of its key, as a deployment uploads it."""
    if project.job_scripts:
        folder = project.job_scripts.relative_to(project.root)
        for name, body in read_tree(project.job_scripts, "*.py").items():
            yield folder / name, "jobs", name, content_hash({name: body})

    for job in project.jobs.define.values():
        name = job.script.name
        yield job.script, "jobs", name, content_hash({name: (project.root / job.script).read_bytes()})

    if project.package:
        package = Package.read(project.package, version_of(project))
        for name in (package.wheel_name, f"{package.name}.zip"):
            yield project.package.relative_to(project.root), "packages", name, package.digest
