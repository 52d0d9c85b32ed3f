"""A script that is no Glue job yet: the lines to add where jobs are described, from a job of its kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.deploy.artifacts import in_braces
from glue_sandbox.project.file import FILE, Project
from glue_sandbox.project.tables import Job, Templates
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
    """The line of the file that they come after; empty: the last one."""
    text: str


@dataclass(frozen=True)
class Addition:
    """What makes a job of a script."""

    script: Path
    """Relative to the project's folder."""
    lines: tuple[Lines, ...]


def missing_job(settings: Settings, job: str) -> Addition | None:
    """Return the lines that make a job of `<job>.py`: in a template or, without any, in the project file.

    None without such a script beside others, or without a template's job to copy whose script can be told.
    """
    project = settings.project
    script = _script(project, job)
    if script is None:
        return None

    kind = "glueetl" if SPARK.search((project.root / script).read_text(encoding="utf-8")) else "pythonshell"
    definition = (_definition(project.jobs.define, job, script, kind),)
    lines = _of_template(project, project.templates, job, kind) if project.templates else definition
    return Addition(script, lines) if lines else None


def _script(project: Project, job: str) -> Path | None:
    """Return the script of a name, relative to the project's folder; None where there is none."""
    folders = [project.jobs.scripts, *(each.script.parent for each in project.jobs.define.values())]
    scripts = [folder / f"{job}.py" for folder in dict.fromkeys(filter(None, folders))]
    return next((each for each in scripts if job and (project.root / each).is_file()), None)


def _definition(defined: Mapping[str, Job], job: str, script: Path, kind: str) -> Lines:
    """Return a table of the project file, with all that a defined job of that kind has beside its script."""
    like = next((each for each in defined.values() if each.type == kind), None)
    values = like.model_dump(mode="json", exclude_defaults=True) if like else {}
    values |= {"script": script.as_posix(), "type": kind}
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    name = job if re.fullmatch(r"[\w-]+", job) else json.dumps(job)
    return Lines(Path(FILE), "", "\n".join([f"[jobs.define.{name}]", *lines]))


def _toml(value: object) -> str:
    """Return a value as TOML has it: as JSON, but for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(each)}" for name, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _of_template(project: Project, templates: Templates, job: str, kind: str) -> tuple[Lines, ...] | None:
    """Return the lines of a template, from one of its jobs of that kind; None if none can be copied."""
    files = [templates.place / f"{name}.yaml" for name in templates.order]
    jobs = [
        (file, template, block)
        for file in files
        for template in [(project.root / file).read_text(encoding="utf-8")]
        for block in JOB.findall(template)
    ]
    jobs.sort(key=lambda each: f"Name: {kind}\n" not in each[2])
    copies = (_copy(*each, job, templates.parameters) for each in jobs)
    return next(filter(None, copies), None)


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
    name = re.search(r"^      Name: (?:!Sub .*\})?(.+)$", block, re.M)
    lines = [line for line in block.rstrip().splitlines() if not re.match(r"\s+(#|Description:)", line)]
    lines[0] = f"  {logical_id}:"
    text = "\n".join(lines)
    return _replaced(text, name[1], job) if name else text


def _replaced(text: str, name: str, other: str) -> str:
    """Return a text with another name where one stands alone, and is no part of a longer one."""
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?!\w)", lambda _: other, text)
