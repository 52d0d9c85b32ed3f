"""Findings -> the text of a sandbox.toml, with where each came from, and what is left to be filled in."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import PurePath

from glue_sandbox.scaffold.survey.findings import Findings, FoundJob
from glue_sandbox.scaffold.survey.python_files import BUCKET_ARGUMENTS, plain

CDK_OUT = (
    'whether the stacks of {0} are to be deployed as they are: then [templates] with cdk_out = "{0}" '
    "takes the place of [jobs], [tables] and [functions]"
)
TERRAFORM = (
    'whether Terraform is to make what {0} describes: then [templates] with terraform = "{0}" '
    "takes the place of [jobs], [tables] and [functions]"
)
MOST = 5
"""Files of sample data that are named one by one."""


def proposed_file(name: str, findings: Findings) -> str:
    """Return the file's text; what could not be found out is added to the findings."""
    if findings.terraform and not (findings.dag_files or findings.jobs or findings.templates):
        parts = [_head(name, []), _terraform(findings)]
    elif findings.templates:
        parts = [_head(name, []), _airflow(findings), _templates(findings)]
    else:
        topics = [f"topics = {json.dumps(sorted(findings.topics))}"] if findings.topics else []
        parts = [_head(name, topics), _buckets(name, findings), _airflow(findings)]
        parts += [_job(key, job, findings) for key, job in findings.jobs.items()]
        parts += [_table(key, findings) for key in findings.tables]
        parts += [_function(key, findings) for key in findings.functions]
        findings.unknown += [
            f"the crawler {key} ({where}): describe it as [crawlers.{key}]"
            for key, where in findings.crawlers.items()
        ]
        findings.unknown += [CDK_OUT.format(findings.cdk_out)] if findings.cdk_out else []
        findings.unknown += [TERRAFORM.format(folder) for folder in findings.terraform[:1]]
    parts += [*_samples(findings), _tests(findings)]
    return "\n".join(filter(None, parts))


def _head(name: str, more: list[str]) -> str:
    return "\n".join(["# What glue-sandbox must know of this project.", f'name = "{name}"', *more, ""])


def _buckets(name: str, findings: Findings) -> str:
    if not findings.buckets:
        findings.unknown.append(f"the data bucket: it will be called {name}")
        return ""
    first, *others = findings.buckets
    lines = ["[buckets]", f'data = "{first}"  # {findings.buckets[first]}']
    if others:
        lines += [f"others = {json.dumps(others)}  # {', '.join(findings.buckets[each] for each in others)}"]
        findings.unknown.append(f"which bucket is the one of the data: {first} is taken for it")
    return "\n".join([*lines, ""])


def _airflow(findings: Findings) -> str:
    ids = findings.dag_ids
    if not findings.dag_files:
        findings.unknown.append(
            "a DAG: no file makes one, so the sandbox runs without Airflow; [airflow] with a dag_id adds it"
        )
        return ""
    if not ids:
        findings.unknown.append("the id of the DAG that `up` waits for: name it under [airflow]")
        return '[airflow]\ndag_id = ""  # TODO: of the DAG that `up` waits for\n'
    first, *others = ids
    folders = [str(PurePath(file).parent) for file in findings.dag_files]
    folder = os.path.commonpath(folders) or "."
    lines = ["[airflow]"]
    lines += [f'dags = "{folder}"'] if folder != "dags" else []
    lines += [f'dag_id = "{first}"  # {ids[first]}']
    if findings.of_airflow_2:
        lines += [f'version = "2.11.2"  # {findings.of_airflow_2} is written for Airflow 2']
    lines += [f'plugins = "{findings.plugins}"'] if findings.plugins else []
    lines += ['python_path = ["."]'] if findings.imports_from_root else []
    if findings.requirements:
        lines += [f'# requirements = "{findings.requirements}"  # TODO: if DAGs import packages of it']
        findings.unknown.append(
            f"whether DAGs import packages of {findings.requirements}: airflow.requirements"
        )
    lines += [f'settings = "{findings.airflow_settings}"'] if findings.airflow_settings else []
    if folder == "." and not findings.has_airflowignore:
        findings.unknown.append(
            "which files of the root are DAGs: Airflow reads all of them; .airflowignore names those to skip"
        )
    if others:
        findings.unknown.append(f"which DAG `up` is to wait for: {first}; there are also {', '.join(others)}")
    for title, found in (("variables", findings.variables), ("environment", findings.environment)):
        if found:
            lines += ["", f"# TODO: values\n# [airflow.{title}]"]
            lines += [f'# {key} = ""  # {where}' for key, where in found.items()]
            findings.unknown.append(f"values for [airflow.{title}]: {', '.join(found)}")
    return "\n".join([*lines, ""])


def _job(name: str, job: FoundJob, findings: Findings) -> str:
    lines = [f"[jobs.define.{name}]  # {job.where}"]
    if job.script is None or "/" not in job.script:
        absent = f"no file {job.script or f'{name}.py'} is here{_perhaps(findings)}"
        findings.unknown.append(f"the script of the job {name} ({job.where}): {absent}")
        lines += ['script = ""  # TODO']
    else:
        lines += [f'script = "{job.script.removeprefix("./")}"']
    if job.type is None:
        findings.unknown.append(f"whether {name} is a Spark job: it is taken for one")
    lines += [f'type = "{job.type or "glueetl"}"']

    wanted = {key: value for key, value in job.arguments.items() if key not in job.given}
    known = {key: value or _bucket_argument(key, findings) for key, value in wanted.items()}
    pairs = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in known.items() if value]
    lines += [f"arguments = {{ {', '.join(pairs)} }}"] if pairs else []
    missing = [key for key, value in known.items() if not value]
    if missing:
        lines += [
            f"# TODO: arguments = {{ {', '.join(f'{json.dumps(key)} = {chr(34) * 2}' for key in missing)} }}"
        ]
        findings.unknown.append(f"arguments of {name}: {', '.join(missing)}; no DAG gives them")
    return "\n".join([*lines, ""])


def _perhaps(findings: Findings) -> str:
    """Scripts that no job is known to run, but for one of the script's own name."""
    run = {job.script for job in findings.jobs.values() if job.where != job.script}
    free = [script for script in findings.scripts if script not in run and f"./{script}" not in run]
    return f"; perhaps {', '.join(free)}" if free else ""


def _bucket_argument(name: str, findings: Findings) -> str | None:
    return "{data_bucket}" if plain(name) in BUCKET_ARGUMENTS and len(findings.buckets) == 1 else None


def _table(name: str, findings: Findings) -> str:
    table = findings.tables[name]
    lines = [f"[tables.{name}]  # {table.where}"]
    keys = dict(zip(("partition", "sort"), table.keys, strict=False))
    if not keys:
        findings.unknown.append(f"the keys of the table {name} ({table.where})")
        return "\n".join([*lines, 'partition = ""  # TODO', ""])
    lines += [f'{key} = "{value}"' for key, value in keys.items()]
    lines += [f"numbers = {json.dumps(list(table.numbers))}"] if table.numbers else []
    return "\n".join([*lines, ""])


def _function(name: str, findings: Findings) -> str:
    findings.unknown.append(f"what calls the function {name}: describe it under [events]")
    return f'[functions.{name}]\nfolder = "{findings.functions[name]}"\n'


def _samples(findings: Findings) -> Iterator[str]:
    """Yield a table for each folder of the bucket that sample data would go to; what is left as a comment."""
    names: set[str] = set()
    for folder, files in findings.samples.items():
        name = re.sub(r"[^A-Za-z0-9_-]", "_", PurePath(folder).name)
        name = name if name not in names else f"{name}{len(names) + 1}"
        names.add(name)
        yield (
            f"[seed.{name}]  # {findings.sample_folders[folder]}\n"
            f"files = {json.dumps(files)}\nto = {json.dumps(folder)}\n"
        )
    if findings.samples:
        findings.unknown.append("whether sample data goes where [seed] says: it was told by names alone")
    if left := findings.unplaced_samples:
        findings.unknown.append(f"where sample data goes: {_first(left)}; describe it under [seed]")
        yield f'# TODO: sample data\n# [seed.samples]\n# files = {json.dumps(left[:MOST])}\n# to = ""\n'


def _first(names: list[str]) -> str:
    return ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")


def _tests(findings: Findings) -> str:
    if findings.tests_command is None:
        return ""
    return f'[tests]\ncommand = "{findings.tests_command}"  # {findings.tests}\n'


def _terraform(findings: Findings) -> str:
    """Point at the one folder, or at the first of several."""
    first, *others = findings.terraform
    if others:
        findings.unknown.append(
            f"which Terraform folder is meant: {first}; there are also {', '.join(others)}"
        )
    findings.unknown.append(
        "values of Terraform's variables, for: glue-sandbox terraform, then terraform apply"
    )
    return f'[templates]\nterraform = "{first}"\n'


def _templates(findings: Findings) -> str:
    files = [PurePath(each) for each in findings.templates]
    folder = files[0].parent
    findings.unknown.append(
        "the order of the templates, and values of their parameters: [templates.parameters]"
    )
    order = json.dumps([file.stem for file in files if file.parent == folder])
    return f'[templates]\nfolder = "{folder}"\norder = {order}\n'
