"""What is stored: many clients at once corrupt nothing, and a killed service starts where it was."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from botocore.exceptions import ClientError
from glue_service.aws import BUCKET, ROLE, client
from glue_service.service import GlueService
from glue_service.waiting import wait_for

CLIENTS = 50
EXISTS = ("AlreadyExistsException", "IdempotentParameterMismatchException")


def test_fifty_clients_at_once_corrupt_nothing(service: GlueService) -> None:
    database, gate = f"many_{uuid.uuid4().hex[:8]}", Barrier(CLIENTS)
    keys: Any = [{"Name": "n", "Type": "int"}]

    def work(number: int) -> tuple[int, int]:
        """Make what only one can make, add a partition of one's own, count a shared number up."""
        glue, made = client(service.url, "glue"), 0
        creates: tuple[Callable[[], object], ...] = (
            lambda: glue.create_database(DatabaseInput={"Name": database}),
            lambda: glue.create_table(
                DatabaseName=database,
                TableInput={"Name": "t", "PartitionKeys": keys, "Parameters": {"count": "0"}},
            ),
            lambda: glue.create_job(
                Name=database, Role=ROLE, Command={"Name": "glueetl"}, Description=str(number)
            ),
        )
        gate.wait(60)
        for create in creates:
            try:
                create()
                made += 1
            except ClientError as error:
                assert error.response["Error"]["Code"] in EXISTS  # noqa: PT017
        partition = {"Values": [str(number)]}
        glue.create_partition(DatabaseName=database, TableName="t", PartitionInput=partition)
        glue.tag_resource(
            ResourceArn=f"arn:aws:glue:us-east-1:000000000000:job/{database}", TagsToAdd={f"k{number}": "v"}
        )
        return made, count_up(glue, database)

    with ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(work, range(CLIENTS)))
    glue = service.aws("glue")
    assert sum(made for made, _ in results) == 3
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert (table["Parameters"]["count"], table["VersionId"]) == (str(CLIENTS), str(CLIENTS))
    assert sorted(count for _, count in results) == list(range(1, CLIENTS + 1))
    versions = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    assert [version["Table"]["Parameters"]["count"] for version in versions] == [
        str(count) for count in range(CLIENTS, -1, -1)
    ]
    chosen = glue.get_partitions(DatabaseName=database, TableName="t", Expression="n >= 0")["Partitions"]
    assert sorted(int(partition["Values"][0]) for partition in chosen) == list(range(CLIENTS))
    tags = glue.get_tags(ResourceArn=f"arn:aws:glue:us-east-1:000000000000:job/{database}")["Tags"]
    assert len(tags) == CLIENTS


def count_up(glue: Any, database: str) -> int:
    """Add one to the table's count, again when someone else was faster; give the count."""
    while True:
        table = glue.get_table(DatabaseName=database, Name="t")["Table"]
        count = int(table["Parameters"]["count"]) + 1
        changed = {
            "Name": "t",
            "PartitionKeys": table["PartitionKeys"],
            "Parameters": {"count": str(count)},
        }
        try:
            glue.update_table(DatabaseName=database, TableInput=changed, VersionId=table["VersionId"])
        except ClientError as error:
            assert error.response["Error"]["Code"] == "ConcurrentModificationException"  # noqa: PT017
        else:
            return count


def test_a_killed_service_starts_where_it_was(own_service: Callable[..., GlueService]) -> None:
    service, name = own_service(), f"kept_{uuid.uuid4().hex[:8]}"
    glue = service.aws("glue")
    other = client(service.url, "glue", account="123456789012", region="eu-west-1")
    other.create_database(DatabaseInput={"Name": name, "Description": "other"})
    service.aws("s3").put_object(Bucket=BUCKET, Key=f"{name}/t/day=1/x.json", Body=b'{"a":1}\n')
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/{name}/t/"}]}
    glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets=targets, Tags={"a": "b"})
    glue.start_crawler(Name=name)
    wait_for("the crawl's end", lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY")
    glue.update_table(DatabaseName=name, TableInput={"Name": "t", "Description": "second"})
    job = service.job("print(1)")
    service.finish(job)

    def everything(url: str) -> list[Any]:
        glue, other = client(url, "glue"), client(url, "glue", account="123456789012", region="eu-west-1")
        where: Any = {"DatabaseName": name, "TableName": "t"}
        answers = [
            glue.get_database(Name=name)["Database"],
            glue.get_table_versions(**where)["TableVersions"],
            glue.get_partitions(**where)["Partitions"],
            glue.get_crawler(Name=name)["Crawler"],
            glue.list_crawls(CrawlerName=name)["Crawls"],
            glue.get_job(JobName=job)["Job"],
            glue.get_job_runs(JobName=job)["JobRuns"],
            glue.get_tags(ResourceArn=f"arn:aws:glue:us-east-1:000000000000:crawler/{name}")["Tags"],
            other.get_database(Name=name)["Database"],
        ]
        assert all(answers)
        return answers

    before = everything(service.url)
    service.server.stop(signal.SIGKILL)
    assert everything(own_service().url) == before
