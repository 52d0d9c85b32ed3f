"""DAGs, Glue scripts and Lambda functions: what their Python files say by literals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from glue_sandbox.airflow.releases.changes_for_airflow_3 import changes_of
from glue_sandbox.scaffold.survey.findings import Findings, FoundJob, FoundTable
from glue_sandbox.scaffold.survey.python_source import PythonSource
from glue_sandbox.scaffold.survey.scripts_by_name import SPARK, match_scripts_by_words

GLUE_OPERATORS = ("GlueJobOperator", "AwsGlueJobOperator")
CRAWLER_OPERATORS = ("GlueCrawlerOperator", "AwsGlueCrawlerOperator")
S3_URL = re.compile(r"^s3[an]?://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/|$)")
BUCKET_NAME = re.compile(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
BUCKET_ARGUMENTS = ("bucket", "bucketname", "s3bucket", "databucket", "sourcebucket", "inputbucket")
"""Names of arguments, as `plain` has them, that are the data bucket's name."""


def look_at_python(sources: Sequence[PythonSource], findings: Findings) -> None:
    """Add to the findings what the files say: DAGs first, as they name the jobs."""
    dags = [source for source in sources if _is_dag(source)]
    for source in dags:
        _look_at_dag(source, findings)
    for source in sources:
        if source not in dags:
            _look_at_script(source, findings)
            _look_at_function(source, findings)
    match_scripts_by_words([source for source in sources if source not in dags], findings)
    for source in sources:
        if source in dags or source.does_import("boto3") or source.does_import("awsglue"):
            _look_for_resources(source, findings)


def _is_dag(source: PythonSource) -> bool:
    return source.does_import("airflow") and bool(list(_dag_ids(source)))


def _dag_ids(source: PythonSource) -> Iterator[str | None]:
    """Yield the id of each DAG that the file makes; None for one that only a run can tell."""
    decorated = set()
    for function in source.functions():
        for decorator in function.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            if getattr(call, "id", getattr(call, "attr", "")) == "dag":
                decorated.add(decorator)
                given = source.argument(decorator, "dag_id", 0) if isinstance(decorator, ast.Call) else None
                yield source.text(given) if given else function.name
    for call in source.calls("DAG"):
        if call not in decorated:
            yield source.text(source.argument(call, "dag_id", 0))


def _look_at_dag(source: PythonSource, findings: Findings) -> None:
    findings.dag_files.append(str(source.path))
    if changes_of(source.nodes(ast.AST)):
        findings.of_airflow_2 = str(source.path)
    for dag_id in _dag_ids(source):
        if dag_id is None:
            findings.unknown.append(f"the id of a DAG in {source.path}: it is no literal")
        else:
            findings.dag_ids[dag_id] = str(source.path)

    for call in source.calls(*GLUE_OPERATORS):
        where = f"{source.path}:{call.lineno}"
        name = source.text(source.argument(call, "job_name"))
        if name is None:
            findings.unknown.append(f"the name of the job that {where} starts: it is no literal")
            continue
        job = findings.jobs.setdefault(name, FoundJob(where=where))
        arguments = source.argument(call, "script_args")
        if isinstance(arguments, ast.Dict):
            _look_at_arguments(source, arguments, job, findings)
        elif arguments is not None:
            findings.unknown.append(f"what {where} gives to {name}: script_args is no literal")
        location = source.text(source.argument(call, "script_location"))
        if location and location.endswith(".py"):
            job.script = location.rsplit("/", 1)[-1]

    _look_at_direct_calls(source, findings)
    for call in source.calls(*CRAWLER_OPERATORS):
        config, where = source.argument(call, "config", 0), f"{source.path}:{call.lineno}"
        entries = zip(config.keys, config.values, strict=True) if isinstance(config, ast.Dict) else ()
        name = next((source.text(value) for key, value in entries if source.text(key) == "Name"), None)
        if name is None:
            findings.unknown.append(f"the name of the crawler that {where} starts: it is no literal")
        else:
            findings.crawlers.setdefault(name, where)

    for call in source.calls("get"):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        name = source.text(source.argument(call, "key", 0))
        if getattr(owner, "id", "") == "Variable" and name:
            findings.variables.setdefault(name, f"{source.path}:{call.lineno}")
    for name, line in _environment(source):
        findings.environment.setdefault(name, f"{source.path}:{line}")


def _look_at_direct_calls(source: PythonSource, findings: Findings) -> None:
    """Jobs and crawlers that tasks start by boto3; the name may be an argument of the task's function."""
    for value, line in source.given("JobName", "job_name"):
        if name := source.text(value):
            findings.jobs.setdefault(name, FoundJob(where=f"{source.path}:{line}"))
    for call in source.calls("start_crawler"):
        if name := source.text(source.argument(call, "Name")):
            findings.crawlers.setdefault(name, f"{source.path}:{call.lineno}")
        else:
            where = f"{source.path}:{call.lineno}"
            findings.unknown.append(f"the name of the crawler that {where} starts: it is no literal")
    is_named = any(source.text(value) for value, _ in source.given("JobName", "job_name"))
    for call in source.calls("start_job_run"):
        if not is_named:
            where = f"{source.path}:{call.lineno}"
            findings.unknown.append(f"the name of the job that {where} starts: it is no literal")


def _look_at_arguments(source: PythonSource, given: ast.Dict, job: FoundJob, findings: Findings) -> None:
    """What a DAG gives a job; a bucket may stand nowhere else."""
    for key, value in zip(given.keys, given.values, strict=True):
        name, text = source.text(key), source.text(value)
        if name:
            job.given.add(name)
        if name and text and plain(name) in BUCKET_ARGUMENTS and BUCKET_NAME.match(text):
            findings.buckets.setdefault(text, f"{source.path}:{value.lineno}")


def _environment(source: PythonSource) -> Iterator[tuple[str, int]]:
    """Names of the environment variables that the file asks for."""
    for node in source.nodes(ast.Subscript, ast.Call):
        owner = node.value if isinstance(node, ast.Subscript) else node.func
        key = node.slice if isinstance(node, ast.Subscript) else next(iter(node.args), None)
        asked = ast.unparse(owner) in ("os.environ", "os.environ.get", "os.getenv", "environ.get", "getenv")
        if asked and (name := source.text(key)):
            yield name, node.lineno


def _look_at_script(source: PythonSource, findings: Findings) -> None:
    """A Glue script is a file that uses AWS's library, or that is called as a job is."""
    path, stem = str(source.path), source.path.stem
    if any(map(source.does_import, ("awsglue", *SPARK))):
        findings.scripts.append(path)
    name = next(
        (
            name
            for name, job in findings.jobs.items()
            if job.script == source.path.name or (job.script is None and plain(name) == plain(stem))
        ),
        stem,
    )
    known = findings.jobs.get(name)
    if known and known.script and "/" in known.script:
        findings.unknown.append(f"which script is the job {name}: {known.script} or {path}")
        return
    if known is None and not source.does_import("awsglue"):
        return

    job = findings.jobs.setdefault(name, FoundJob(where=path))
    job.script = path if "/" in path else f"./{path}"
    job.type = "glueetl" if any(map(source.does_import, SPARK)) else "pythonshell"
    for call in source.calls("getResolvedOptions"):
        options = source.argument(call, "options", 1)
        if isinstance(options, ast.List | ast.Tuple):
            names = [text for text in map(source.text, options.elts) if text and text != "JOB_NAME"]
            job.arguments |= {f"--{each}": None for each in names}
        else:
            findings.unknown.append(f"the arguments that {path} asks for: no literal list")


def plain(name: str) -> str:
    """Return a name in small letters and digits alone: `glue-dynamo` and `glue_dynamo` are one."""
    return re.sub("[^a-z0-9]", "", name.lower())


def _look_at_function(source: PythonSource, findings: Findings) -> None:
    for function in source.functions():
        if function.name == "lambda_handler":
            folder = source.path.parent
            findings.functions[folder.name or source.path.stem] = str(folder)


def _look_for_resources(source: PythonSource, findings: Findings) -> None:
    """Buckets, tables and topics that the file names."""
    for text, line in source.texts():
        if match := S3_URL.match(text):
            findings.buckets.setdefault(match[1], f"{source.path}:{line}")
    for node, line in source.keywords("Bucket", "bucket_name", "bucket"):
        name = source.text(node)
        if name and BUCKET_NAME.match(name):
            findings.buckets.setdefault(name, f"{source.path}:{line}")

    tables = [(source.text(source.argument(call, "name", 0)), call.lineno) for call in source.calls("Table")]
    tables += [(source.text(node), line) for node, line in source.keywords("TableName")]
    names = {name: f"{source.path}:{line}" for name, line in tables if name}
    findings.unknown += [
        f"the name of the table in {source.path}:{line}: it is no literal"
        for name, line in tables
        if not name
    ]
    described = dict(_key_schemas(source))
    keys = next(_keys(source), ()) if len(names) == 1 else ()  # of several tables, none could be told whose
    for name, where in names.items():
        table = findings.tables.setdefault(name, FoundTable(where=where))
        table.keys = table.keys or described.get(name) or keys


def _key_schemas(source: PythonSource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names and keys of the tables that the file makes by literals, by boto3 or by a function of its own."""
    for call in source.nodes(ast.Call):
        given = next((each.value for each in call.keywords if each.arg in ("KeySchema", "key_schema")), None)
        named = next((each.value for each in call.keywords if each.arg in ("TableName", "table_name")), None)
        name = source.text(named or next(iter(call.args), None))
        if name and isinstance(given, ast.List):
            parts = [_literal_texts(source, each) for each in given.elts]
            parts.sort(key=lambda part: part.get("KeyType") != "HASH")
            keys = tuple(part["AttributeName"] for part in parts if "AttributeName" in part)
            yield name, keys


def _literal_texts(source: PythonSource, node: ast.expr) -> dict[str, str]:
    """A literal dict of texts."""
    pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    texts = {source.text(key): source.text(value) for key, value in pairs}
    return {key: value for key, value in texts.items() if key and value}


def _keys(source: PythonSource) -> Iterator[tuple[str, ...]]:
    """Names in each literal Key={…}, in their order."""
    for node, _ in source.keywords("Key"):
        if isinstance(node, ast.Dict):
            yield tuple(key for key in map(source.text, filter(None, node.keys)) if key)
