"""Scripts of jobs that have no file of their own name: the one file whose name shares a word with the job's.

`validate_stream_data` is perhaps `glue_jobs/validate.py`. It is proposed, and said to be a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from glue_sandbox.scaffold.survey.findings import Findings
from glue_sandbox.scaffold.survey.python_source import PythonSource

OF_ANY_JOB = {"job", "glue", "etl", "script", "data", "pipeline", "run", "task", "main"}
USED_BY_JOBS = ("boto3", "awsglue", "pyspark", "pandas", "awswrangler")
SPARK = ("pyspark", "awsglue.context", "awsglue.job", "awsglue.dynamicframe")


def match_scripts_by_words(sources: Sequence[PythonSource], findings: Findings) -> None:
    """Give each job without a script the one whose name shares a word with the job's, if only one does.

    `sources` are files that may be scripts of jobs.
    """
    named = {job.script for job in findings.jobs.values() if job.script and job.where != job.script}
    free = [
        source
        for source in sources
        if str(source.path) not in named and any(map(source.does_import, USED_BY_JOBS))
    ]
    waiting = {name: job for name, job in findings.jobs.items() if job.script is None}
    found = {name: [each for each in free if _words(each.path.stem) & _words(name)] for name in waiting}
    for name, job in waiting.items():
        others = [each for other, several in found.items() if other != name for each in several]
        if len(found[name]) != 1 or found[name][0] in others:
            continue
        (source,) = found[name]
        path = str(source.path)
        alone = findings.jobs.get(source.path.stem)
        if alone and alone.where == path:  # it was taken for a job of its own
            job.arguments = findings.jobs.pop(source.path.stem).arguments | job.arguments
        job.script = path if "/" in path else f"./{path}"
        job.type = "glueetl" if any(map(source.does_import, SPARK)) else "pythonshell"
        findings.unknown.append(f"whether {path} is the script of the job {name}: it was told by its name")


def _words(name: str) -> set[str]:
    return {word for word in re.split("[^a-z0-9]+", name.lower()) if word} - OF_ANY_JOB
