"""One Glue to ask, and what the checks have in common."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from glue_service.aws import ROLE
from glue_service.waiting import wait_for

SHELL = {"Name": "pythonshell", "PythonVersion": "3.9"}
_SECONDS = 12.0


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
