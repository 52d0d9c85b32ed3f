"""What works of the Glue API here and in others that run locally: asks each, writes docs/glue-coverage.md.

    .sandbox/envs/dev/bin/python tests/compare_glue.py --moto m/bin/python --localstack l/bin/python

The two are the Python of environments that have `moto[server,all]` and `localstack-core[runtime]`; without
one its column is left out, and the page says so. Every cell is the outcome of the check of that name in this
run: yes, or the first line of what was answered instead.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests", "glue", "scripts")]

from service.glue.support import (  # noqa: E402 - this file is run as a script
    ROLE,
    Server,
    client,
    emulator_server,
    free_port,
    glue_server,
    wait_for,
)

PAGE = ROOT / "docs" / "glue-coverage.md"
SHELL = {"Name": "pythonshell", "PythonVersion": "3.9"}
_SECONDS = 12.0
_LONGEST = 90
_RANDOM = re.compile(r"_[0-9a-f]{10}")


@dataclass
class Target:
    """One Glue to ask, with an S3 that it can read."""

    name: str
    glue: Any
    s3: Any

    def new(self, prefix: str = "x") -> str:
        return f"{prefix}_{uuid.uuid4().hex[:10]}"

    def put(self, key: str, body: bytes | str) -> str:
        self.s3.put_object(Bucket="compare", Key=key, Body=body)
        return f"s3://compare/{key}"

    def job(self, script: str = "pass", **definition: Any) -> str:
        name = self.new("job")
        command = {**SHELL, "ScriptLocation": self.put(f"scripts/{name}.py", script)}
        self.glue.create_job(**{"Name": name, "Role": ROLE, "Command": command, **definition})
        return name

    def run(self, script: str, **definition: Any) -> Any:
        """Run a script as a Python shell job; give the run as it ended."""
        job = self.job(script, **definition)
        run_id = self.glue.start_job_run(JobName=job)["JobRunId"]

        def look() -> Any:
            run = self.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
            return run if run["JobRunState"] in ("SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED") else None

        return wait_for("the run's end", look, _SECONDS)

    def table(self, **keys: str) -> dict[str, str]:
        """Make a table with partition keys; give the arguments that name it."""
        where = {"DatabaseName": self.new("db"), "TableName": "t"}
        self.glue.create_database(DatabaseInput={"Name": where["DatabaseName"]})
        found = [{"Name": name, "Type": kind} for name, kind in keys.items()]
        storage = {"Columns": [{"Name": "a", "Type": "int"}], "Location": "s3://compare/t/"}
        self.glue.create_table(
            DatabaseName=where["DatabaseName"],
            TableInput={"Name": "t", "PartitionKeys": found, "StorageDescriptor": storage},
        )
        return where

    def hours(self) -> dict[str, str]:
        where = self.table(hour="int")
        inputs = [{"Values": [value], "StorageDescriptor": {"Columns": []}} for value in ("2", "10")]
        self.glue.batch_create_partition(**where, PartitionInputList=inputs)
        return where

    def chosen(self, where: dict[str, str], **query: Any) -> list[str]:
        found = self.glue.get_partitions(**where, **query)["Partitions"]
        return sorted(partition["Values"][0] for partition in found)

    def crawl(self, folder: str, name: str = "", **definition: Any) -> tuple[str, Any]:
        """Crawl a folder of the bucket; give the crawler's name and its tables."""
        if not name:
            name = self.new("crawler")
            targets = {"S3Targets": [{"Path": f"s3://compare/{folder}/"}]}
            self.glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets=targets, **definition)
        self.glue.start_crawler(Name=name)

        def look() -> Any:
            crawler = self.glue.get_crawler(Name=name)["Crawler"]
            return crawler if crawler["State"] == "READY" else None

        wait_for("the crawl's end", look, _SECONDS)
        found = self.glue.get_tables(DatabaseName=name)["TableList"]
        return name, {table["Name"]: table for table in found}


Check = Callable[[Target], None]
CHECKS: list[tuple[str, str, Check]] = []


def check(group: str, what: str) -> Callable[[Check], Check]:
    """Add a check to the page."""

    def add(function: Check) -> Check:
        CHECKS.append((group, what, function))
        return function

    return add


def same(found: object, wanted: object) -> None:
    """Raise with both when they differ."""
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def refused(code: str, call: Callable[..., Any], **arguments: Any) -> None:
    """Raise unless a call is refused by this code."""
    try:
        call(**arguments)
    except ClientError as error:
        same(error.response["Error"]["Code"], code)
    else:
        raise AssertionError(f"accepted instead of {code}")


@check("Requests", "an unknown enum value is a ValidationException")
def enum(target: Target) -> None:
    command = {**SHELL, "ScriptLocation": "s3://b/k"}
    refused("ValidationException", target.glue.create_job, Name=target.new(), Role=ROLE, Command=command,
            WorkerType="XXL", NumberOfWorkers=2)  # fmt: skip


@check("Requests", "a name that is too long is a ValidationException")
def too_long(target: Target) -> None:
    refused("ValidationException", target.glue.get_job, JobName="x" * 256)


@check("Requests", "an operation that is not built answers an error that names it")
def names_operation(target: Target) -> None:
    try:
        target.glue.get_ml_transforms()
        found = "an answer"
    except ClientError as error:
        found = f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    if "GetMLTransforms" not in found:
        raise AssertionError(found)


@check("Jobs", "the defaults of Glue 5: Timeout 480, MaxRetries 0, MaxConcurrentRuns 1")
def defaults(target: Target) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    name = target.new()
    target.glue.create_job(Name=name, Role=ROLE, Command=command, GlueVersion="5.1")
    job = target.glue.get_job(JobName=name)["Job"]
    found = (job.get("Timeout"), job.get("MaxRetries"), job.get("ExecutionProperty"))
    same(found, (480, 0, {"MaxConcurrentRuns": 1}))


@check("Jobs", "MaxCapacity with WorkerType is an InvalidInputException")
def capacity(target: Target) -> None:
    refused("InvalidInputException", target.job, MaxCapacity=2.0, WorkerType="G.1X", NumberOfWorkers=2)


@check("Jobs", "an update replaces the whole definition")
def update_job(target: Target) -> None:
    name = target.job(Description="old")
    command = {**SHELL, "ScriptLocation": "s3://b/k"}
    target.glue.update_job(JobName=name, JobUpdate={"Role": ROLE, "Command": command})
    same(target.glue.get_job(JobName=name)["Job"].get("Description"), None)


@check("Jobs", "deleting a job twice is no error")
def delete_job(target: Target) -> None:
    name = target.job()
    for _ in range(2):
        target.glue.delete_job(JobName=name)


@check("Jobs", "ListJobs filters by tags")
def list_jobs(target: Target) -> None:
    tag = target.new()
    name = target.job(Tags={"t": tag})
    same(target.glue.list_jobs(Tags={"t": tag})["JobNames"], [name])


@check("Job runs", "what a script prints is in CloudWatch Logs, where the run says")
def runs(target: Target) -> None:
    word = target.new("word")
    run = target.run(f"print('{word}')")
    logs = client(target.glue.meta.endpoint_url, "logs")
    events = logs.get_log_events(logGroupName=f"{run['LogGroupName']}/output", logStreamName=run["Id"])[
        "events"
    ]
    same([word in event["message"] for event in events], [True])


@check("Job runs", "a script that fails is FAILED, with its own last error line")
def fails(target: Target) -> None:
    run = target.run("raise ValueError('as it must')")
    same((run["JobRunState"], "as it must" in run.get("ErrorMessage", "")), ("FAILED", True))


@check("Job runs", "a second run beyond MaxConcurrentRuns is a ConcurrentRunsExceededException")
def concurrent(target: Target) -> None:
    name = target.job("import time; time.sleep(30)")
    run_id = target.glue.start_job_run(JobName=name)["JobRunId"]
    try:
        refused("ConcurrentRunsExceededException", target.glue.start_job_run, JobName=name)
    finally:
        with suppress(ClientError):  # moto can't; the check is about the second start
            target.glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])


@check("Crawlers", "CSV becomes a table with the header's columns")
def crawl_csv(target: Target) -> None:
    folder = target.new("csv")
    target.put(f"{folder}/x.csv", "id,name\n1,a\n2,b\n")
    _, tables = target.crawl(folder)
    columns = {c["Name"]: c["Type"] for c in tables[folder]["StorageDescriptor"]["Columns"]}
    same(columns, {"id": "bigint", "name": "string"})


@check("Crawlers", "Parquet in Hive folders becomes a table with partitions")
def crawl_parquet(target: Target) -> None:
    folder, buffer = target.new("pq"), io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), buffer)
    for day in ("1", "2"):
        target.put(f"{folder}/day={day}/x.parquet", buffer.getvalue())
    name, tables = target.crawl(folder)
    same([key["Name"] for key in tables[folder]["PartitionKeys"]], ["day"])
    same(target.chosen({"DatabaseName": name, "TableName": folder}), ["1", "2"])


@check("Crawlers", "a table whose data is gone is deleted (DELETE_FROM_DATABASE)")
def crawl_delete(target: Target) -> None:
    folder = target.new("gone")
    target.put(f"{folder}/x.json", '{"a":1}\n')
    policy = {"UpdateBehavior": "LOG", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    name, tables = target.crawl(folder, SchemaChangePolicy=policy)
    same(list(tables), [folder])
    target.s3.delete_object(Bucket="compare", Key=f"{folder}/x.json")
    same(list(target.crawl(folder, name)[1]), [])


@check("Crawlers", "ListCrawls gives the history")
def list_crawls(target: Target) -> None:
    folder = target.new("history")
    target.put(f"{folder}/x.json", '{"a":1}\n')
    name, _ = target.crawl(folder)
    same([crawl["State"] for crawl in target.glue.list_crawls(CrawlerName=name)["Crawls"]], ["COMPLETED"])


@check("Crawlers", "a bucket that can't be read is a FAILED crawl")
def crawl_failed(target: Target) -> None:
    name, targets = target.new(), {"S3Targets": [{"Path": "s3://no-such-bucket-at-all/"}]}
    target.glue.create_database(DatabaseInput={"Name": name})
    target.glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets=targets)
    target.crawl("", name)
    same(target.glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]["Status"], "FAILED")


for expression, wanted in (
    ("hour > 2", ["10"]),
    ("hour = 2 OR hour IN (10, 11)", ["10", "2"]),
    ("hour BETWEEN 1 AND 3", ["2"]),
    ("hour != 2", ["10"]),
    ("NOT (hour = 2)", ["10"]),
):

    @check("Partitions", f"Expression `{expression}` over an int key")
    def filtered(target: Target, text: str = expression, values: list[str] = wanted) -> None:
        same(target.chosen(target.hours(), Expression=text), values)


@check("Partitions", "a wrong Expression is an InvalidInputException")
def wrong_expression(target: Target) -> None:
    refused("InvalidInputException", target.glue.get_partitions, **target.hours(), Expression="hour ==")


@check("Partitions", "segments hold each partition once")
def segments(target: Target) -> None:
    where = target.hours()
    parts = [target.chosen(where, Segment={"SegmentNumber": n, "TotalSegments": 2}) for n in range(2)]
    same(sorted(parts[0] + parts[1]), ["10", "2"])


@check("Partitions", "GetPartitions in pages of MaxResults")
def pages(target: Target) -> None:
    answer = target.glue.get_partitions(**target.hours(), MaxResults=1)
    same((len(answer["Partitions"]), bool(answer.get("NextToken"))), (1, True))


@check("Partitions", "BatchUpdatePartition and BatchGetPartition")
def batch_partition(target: Target) -> None:
    where = target.hours()
    entry = {"PartitionValueList": ["2"], "PartitionInput": {"Values": ["2"], "Parameters": {"n": "1"}}}
    target.glue.batch_update_partition(**where, Entries=[entry])
    found = target.glue.batch_get_partition(**where, PartitionsToGet=[{"Values": ["2"]}])["Partitions"]
    same([one["Parameters"] for one in found], [{"n": "1"}])


@check("Tables", "former versions are kept and given")
def versions(target: Target) -> None:
    where = target.table()
    table = {"Name": "t", "Description": "new"}
    target.glue.update_table(DatabaseName=where["DatabaseName"], TableInput=table)
    found = target.glue.get_table_versions(**where)["TableVersions"]
    found.sort(key=lambda version: int(version["VersionId"]))
    same([version["Table"].get("Description") for version in found], [None, "new"])


@check("Tables", "an update meant for another VersionId is a ConcurrentModificationException")
def version_id(target: Target) -> None:
    where = target.table()
    arguments: Any = {"DatabaseName": where["DatabaseName"], "TableInput": {"Name": "t"}, "VersionId": "7"}
    refused("ConcurrentModificationException", target.glue.update_table, **arguments)


@check("Tables", "GetTables filters by Expression")
def table_expression(target: Target) -> None:
    where = target.table()
    target.glue.create_table(DatabaseName=where["DatabaseName"], TableInput={"Name": "other"})
    found = target.glue.get_tables(DatabaseName=where["DatabaseName"], Expression="o.*")["TableList"]
    same([table["Name"] for table in found], ["other"])


@check("Tables", "SearchTables finds by text")
def search(target: Target) -> None:
    where = target.table()
    word = target.new("word")
    target.glue.create_table(
        DatabaseName=where["DatabaseName"], TableInput={"Name": "o", "Parameters": {"k": word}}
    )
    same([table["Name"] for table in target.glue.search_tables(SearchText=word)["TableList"]], ["o"])


@check("Tables", "column statistics are stored and given")
def statistics(target: Target) -> None:
    where = target.table()
    data = {"Type": "LONG", "LongColumnStatisticsData": {"NumberOfNulls": 1, "NumberOfDistinctValues": 2}}
    one = {"ColumnName": "a", "ColumnType": "int", "AnalyzedTime": 0, "StatisticsData": data}
    target.glue.update_column_statistics_for_table(**where, ColumnStatisticsList=[one])
    found = target.glue.get_column_statistics_for_table(**where, ColumnNames=["a"])["ColumnStatisticsList"]
    same([each["StatisticsData"] for each in found], [data])


@check("Tables", "deleting a database deletes its tables")
def delete_database(target: Target) -> None:
    where = target.table()
    target.glue.delete_database(Name=where["DatabaseName"])
    refused("EntityNotFoundException", target.glue.get_table, DatabaseName=where["DatabaseName"], Name="t")


WRANGLE = """
import awswrangler as wr, pandas as pd, sys
name, where = sys.argv[1], f"s3://compare/{sys.argv[1]}/"
wr.catalog.create_database(name)
rows = pd.DataFrame({"a": [1, 2], "day": ["1", "2"]})
wr.s3.to_parquet(rows, path=where, dataset=True, database=name, table="t", partition_cols=["day"])
found = wr.s3.read_parquet_table(database=name, table="t", partition_filter=lambda each: each["day"] == "2")
assert found["a"].tolist() == [2], found
chosen = list(wr.catalog.get_partitions(name, "t", expression="day > '1'").values())
assert chosen == [["2"]], f"{chosen} instead of [['2']]"
"""


@check("Clients", "awswrangler writes a partitioned dataset and reads a part of it")
def wrangle(target: Target) -> None:
    env = {
        "AWS_ENDPOINT_URL": target.glue.meta.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-c", WRANGLE, target.new("db")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr.strip().splitlines()[-1])


def outcome(one: Check, target: Target) -> str:
    """Give `yes`, or what came instead, in one line."""
    try:
        one(target)
    except ClientError as error:
        found = error.response["Error"]
        text = f"{found['Code']}: {found['Message']}"
    except (AssertionError, TimeoutError) as error:
        text = str(error)
    except Exception as error:  # noqa: BLE001 - whatever a target answers becomes its cell
        text = f"{type(error).__name__}: {error}"
    else:
        return "yes"
    text = _RANDOM.sub("_…", " ".join(text.split())).replace("|", "\\|").replace("<", "&lt;")
    return "no: " + (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def page(targets: list[Target], versions_of: dict[str, str]) -> str:
    """Write the page."""
    head = [f"{target.name} {versions_of.get(target.name, '')}".strip() for target in targets]
    lines = [
        "# What works of the Glue API, here and elsewhere",
        "",
        "Made by `tests/compare_glue.py`, which asks each service the same by boto3; no cell is hand-made.",
        "`yes`: the check passed; else, what came instead. A `no` in the first column is a defect of ours.",
        "All operations here: `make glue-coverage`.",
    ]
    asked = {target.name for target in targets}
    lines += [f"{name} is not in the table: it was not run." for name in GUESTS if name not in asked]
    totals = {target.name: 0 for target in targets}
    group = ""
    for name, what, one in CHECKS:
        if name != group:
            group = name
            lines += ["", f"## {group}", "", "| |" + "".join(f" {text} |" for text in head)]
            lines.append("|---|" + "---|" * len(targets))
        cells = [outcome(one, target) for target in targets]
        for target, cell in zip(targets, cells, strict=True):
            totals[target.name] += cell == "yes"
        lines.append(f"| {what} |" + "".join(f" {cell} |" for cell in cells))
        print(what, cells, flush=True)
    lines += [
        "",
        "In all: " + ", ".join(f"{name} {count} of {len(CHECKS)}" for name, count in totals.items()) + ".",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Start each service, ask it, write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in GUESTS:
        options.add_argument(f"--{name.lower()}", type=Path, help="the Python of an environment that has it")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        emulator, emulator_url = emulator_server(folder)
        ours, url = glue_server(folder, emulator_url)
        servers, urls = [emulator, ours], {"here": url, "MiniStack": emulator_url}
        python = ROOT / ".sandbox/envs/ministack/bin/python"
        versions_of = {"MiniStack": version_of(python, "ministack")}
        for guest, (package, start) in GUESTS.items():
            if program := getattr(chosen, guest.lower()):
                argv, env, health = start(program.absolute(), port := free_port(), folder)
                urls[guest] = f"http://127.0.0.1:{port}"
                log = folder / f"{guest}.log"
                servers.append(Server(guest, argv, env, urls[guest] + health, log, needs_emulator=False))
                versions_of[guest] = version_of(program, package)
        try:
            for server in servers:
                server.start()
            targets = [Target(name, client(url, "glue"), client(url, "s3")) for name, url in urls.items()]
            for target in targets[1:]:  # here and MiniStack have one S3
                target.s3.create_bucket(Bucket="compare")
            client(emulator_url, "iam").create_role(
                RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument="{}"
            )
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_text(page(targets, versions_of), encoding="utf-8")
        finally:
            for server in servers:
                if server.process:
                    server.stop()


def moto(python: Path, port: int, _folder: Path) -> tuple[list[str], dict[str, str], str]:
    """Program, environment and health path of moto's server."""
    return [str(python.parent / "moto_server"), "-p", str(port)], {}, "/moto-api/"


def localstack(python: Path, port: int, folder: Path) -> tuple[list[str], dict[str, str], str]:
    """Program, environment and health path of LocalStack without its image."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FILESYSTEM_ROOT": str(folder / "localstack"),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }
    return [str(python), "-m", "localstack.runtime.main"], env, "/_localstack/health"


GUESTS = {"moto": ("moto", moto), "LocalStack": ("localstack-core", localstack)}


def version_of(python: Path, package: str) -> str:
    """Ask an environment for the version of a package."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
