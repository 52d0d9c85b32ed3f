"""A script that no template makes a Glue job of: the lines to add, from a job of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.deploy.artifacts import in_braces
from glue_sandbox.project import FILE
from glue_sandbox.settings import Settings

JOB = re.compile(r"^  \w+:\n    Type: AWS::Glue::Job\n(?:    .*\n|\n)*", re.M)
SPARK = re.compile(r"\b(GlueContext|SparkContext|SparkSession|pyspark)\b")
SCRIPT = re.compile(r"""(ScriptLocation:.*/)[^/\s"']+\.py\b""")
UPLOADED = re.compile(r"\{job_(\w+)\}")
"""In a parameter's value: where a script was uploaded."""


@dataclass(frozen=True)
class Lines:
    """Lines to add to one file, as they are."""

    file: Path
    """Relative to the project's folder."""
    below: str
    """The line of the file that they come after."""
    text: str


@dataclass(frozen=True)
class Addition:
    """What makes a job of a script."""

    script: Path
    """Relative to the project's folder."""
    lines: tuple[Lines, ...]


def missing_job(settings: Settings, job: str) -> Addition | None:
    """Return the lines that make a job of `<scripts>/<job>.py`.

    None without such a script, or without a template that has a job to copy whose script can be told.
    """
    project = settings.project
    if not job or project.jobs.scripts is None or project.templates is None:
        return None

    script = project.jobs.scripts / f"{job}.py"
    if not (settings.root / script).is_file():
        return None

    kind = "glueetl" if SPARK.search((settings.root / script).read_text(encoding="utf-8")) else "pythonshell"
    files = [project.templates.folder / f"{name}.yaml" for name in project.templates.order]
    jobs = [
        (file, template, block)
        for file in files
        for template in [(settings.root / file).read_text(encoding="utf-8")]
        for block in JOB.findall(template)
    ]
    jobs.sort(key=lambda each: f"Name: {kind}\n" not in each[2])

    copies = (_copy(*each, job, project.templates.parameters) for each in jobs)
    lines = next(filter(None, copies), None)
    return Addition(script, lines) if lines else None


def _copy(
    file: Path, template: str, block: str, job: str, values: Mapping[str, str]
) -> tuple[Lines, ...] | None:
    """Return what makes a job like that of a block; None if it could not be told to run its own script.

    Where a parameter says which script the block's job runs, the new job has a parameter of its own.
    """
    logical_id = "".join(word.capitalize() for word in re.split(r"[\W_]+", job))
    resource = _renamed(block, logical_id, job)
    for name, value in values.items():
        declaration = re.search(rf"^  {name}:.*\n(?:    .*\n)*", template, re.M)
        script = UPLOADED.search(value)
        if declaration and script and re.search(rf"\b{name}\b", block):
            own = f"{logical_id}ScriptKey"
            given = value.replace(script[0], f"{{job_{in_braces(job)}}}")
            declared = _replaced(_replaced(declaration[0].rstrip(), name, own), script[1], job)
            return (
                Lines(file, "Parameters:", declared),
                Lines(file, "Resources:", _replaced(resource, name, own)),
                Lines(Path(FILE), "[templates.parameters]", f'{own} = "{given}"'),
            )

    resource, count = SCRIPT.subn(rf"\g<1>{job}.py", resource)
    return (Lines(file, "Resources:", resource),) if count else None


def _renamed(block: str, logical_id: str, job: str) -> str:
    """Return a job's lines for another one, with its names, without comments and description."""
    name = re.search(r"^      Name: (.+)$", block, re.M)
    lines = [line for line in block.rstrip().splitlines() if not re.match(r"\s+(#|Description:)", line)]
    lines[0] = f"  {logical_id}:"
    text = "\n".join(lines)
    return _replaced(text, name[1], job) if name else text


def _replaced(text: str, name: str, other: str) -> str:
    """Return a text with another name where one stands alone, and is no part of a longer one."""
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?!\w)", lambda _: other, text)
