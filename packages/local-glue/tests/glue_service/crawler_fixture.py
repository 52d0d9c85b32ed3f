"""A small crawled for crawlers: a prefix of the bucket, a database, and a crawler over that prefix."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from glue_service.aws import BUCKET, ROLE
from glue_service.service import GlueService
from glue_service.waiting import wait_for

KEEP_ALL = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
LISTENS = pa.table(
    {
        "user_id": [1, 2],
        "track_id": ["a", "b"],
        "at": pa.array([1, 2], pa.timestamp("us")),
        "share": [0.5, 1.5],
    }
)


def parquet(table: Any = LISTENS) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def each_folder(level: int) -> str:
    """The Configuration that makes a table of each folder of a level; the bucket is level 1."""
    return json.dumps({"Version": 1.0, "Grouping": {"TableLevelConfiguration": level}})


class CrawlerFixture:
    """A prefix of the bucket, a database and a crawler over that prefix."""

    def __init__(self, service: GlueService) -> None:
        self.service = service
        self.glue, self.s3 = service.aws("glue"), service.aws("s3")
        self.name = f"lake_{uuid.uuid4().hex[:12]}"
        self.url = f"s3://{BUCKET}/{self.name}"

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"{self.name}/{key}", Body=body)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=BUCKET, Key=f"{self.name}/{key}")

    def create(self, *paths: str, **definition: Any) -> None:
        targets = [{"Path": f"{self.url}/{path}"} for path in paths or ("",)]
        self.glue.create_crawler(
            **{
                "Name": self.name,
                "Role": ROLE,
                "DatabaseName": self.name,
                "Targets": {"S3Targets": targets},
                **definition,
            }
        )

    @contextmanager
    def bucket_that_goes(self) -> Iterator[str]:
        """A location in a bucket that is there inside of the block only: crawlers are made for such ones."""
        name = f"{self.name.replace('_', '-')}-gone"
        self.s3.create_bucket(Bucket=name)
        yield f"s3://{name}/"
        self.s3.delete_bucket(Bucket=name)

    def crawl(self) -> dict[str, Any]:
        """Run the crawler; give its last crawl."""
        self.glue.start_crawler(Name=self.name)
        return self.wait()

    def wait(self) -> dict[str, Any]:
        """Wait for the end of a crawl under way; give it."""

        def look() -> dict[str, Any] | None:
            crawler: dict[str, Any] = self.glue.get_crawler(Name=self.name)["Crawler"]
            return crawler if crawler["State"] == "READY" else None

        last: dict[str, Any] = wait_for("the crawl's end", look)["LastCrawl"]
        return last

    def tables(self) -> dict[str, Any]:
        found = self.glue.get_tables(DatabaseName=self.name)["TableList"]
        return {table["Name"]: table for table in found}

    def columns(self, table: str) -> dict[str, str]:
        found = self.tables()[table]["StorageDescriptor"]["Columns"]
        return {column["Name"]: column["Type"] for column in found}

    def keys(self, table: str) -> list[str]:
        return [key["Name"] for key in self.tables()[table]["PartitionKeys"]]

    def partitions(self, table: str) -> list[list[str]]:
        found = self.glue.get_partitions(DatabaseName=self.name, TableName=table)["Partitions"]
        return [partition["Values"] for partition in found]

    def said(self, crawl: dict[str, Any]) -> list[str]:
        """The log lines of a crawl, without their prefix."""
        events = self.service.aws("logs").get_log_events(
            logGroupName=crawl["LogGroup"], logStreamName=crawl["LogStream"], startFromHead=True
        )["events"]
        prefix = f"[{crawl['MessagePrefix']}] "
        messages = [event["message"] for event in events]
        return [text.removeprefix(prefix) for text in messages if text.startswith(prefix)]
