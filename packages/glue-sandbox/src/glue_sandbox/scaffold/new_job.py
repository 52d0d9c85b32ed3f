"""A script that no template makes a Glue job of: the lines to add, from a job of its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.settings import Settings

JOB = re.compile(r"^  \w+:\n    Type: AWS::Glue::Job\n(?:    .*\n|\n)*", re.M)
SPARK = re.compile(r"\b(GlueContext|SparkContext|SparkSession|pyspark)\b")


@dataclass(frozen=True)
class Addition:
    """What is to be added, and where."""

    script: Path
    template: Path
    """Both relative to the project's folder."""
    lines: str


def missing_job(settings: Settings, job: str) -> Addition | None:
    """Return the lines that make a job of `<scripts>/<job>.py`.

    None without such a script, or without a template that has a job to copy.
    """
    project = settings.project
    if not job or project.jobs.scripts is None or project.templates is None:
        return None

    script = project.jobs.scripts / f"{job}.py"
    if not (settings.root / script).is_file():
        return None

    kind = "glueetl" if SPARK.search((settings.root / script).read_text(encoding="utf-8")) else "pythonshell"
    jobs = [
        (template, block)
        for template in (project.templates.folder / f"{name}.yaml" for name in project.templates.order)
        for block in JOB.findall((settings.root / template).read_text(encoding="utf-8"))
    ]
    of_kind = [each for each in jobs if f"Name: {kind}\n" in each[1]]
    if not jobs:
        return None

    template, block = (of_kind or jobs)[0]
    return Addition(script, template, _renamed(block, job))


def _renamed(block: str, job: str) -> str:
    """Return a job's lines for another one: its names and its script, without comments and description."""
    name = re.search(r"^      Name: (\S+)$", block, re.M)
    lines = [line for line in block.rstrip().splitlines() if not re.match(r"\s+(#|Description:)", line)]
    lines[0] = f"  {''.join(word.capitalize() for word in job.split('_'))}:"
    text = "\n".join(lines)
    return text.replace(name[1], job) if name else text
