"""transition_s3_path and transition_table: old files go to another storage class, and stay what they are."""

from __future__ import annotations

from typing import Any

from glue_service.glue_scripts import HEAD, ScriptRunner, Table
from glue_service.waiting import wait_for

TRANSITIONS = (
    HEAD
    + """
account = {"accountId": "000000000000", "roleArn": "arn:aws:iam::000000000000:role/any"}
now = {**account, "retentionPeriod": 0}
for call in (
    lambda: glueContext.transition_s3_path("s3://old-files/in/", "GLACIER"),
    lambda: glueContext.transition_table("old_files", "days", "GLACIER", {"accountId": "000000000000"}),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
glueContext.transition_s3_path("s3://old-files/in/", "GLACIER", account)
glueContext.transition_s3_path(
    "s3://old-files/old/", "GLACIER", {**now, "manifestFilePath": "s3://old-files/manifest/"}
)
glueContext.transition_table(
    "old_files", "days", "STANDARD_IA", {**now, "partitionPredicate": "day < '2024-01-02'"}
)
glueContext.purge_s3_path("s3://old-files/old/", {"retentionPeriod": 0, "excludeStorageClasses": ["GLACIER"]})
"""
)
REFUSALS = """\
ValueError Expected the options accountId and roleArn, found no accountId and no roleArn.
ValueError Expected the options accountId and roleArn, found no roleArn.
"""


def classes(scripts: ScriptRunner) -> dict[str, str]:
    """Return the storage class of each object, by its key."""
    found: Any = scripts.service.aws("s3").list_objects_v2(Bucket="old-files")
    return {one["Key"]: one.get("StorageClass", "STANDARD") for one in found["Contents"]}


def test_old_files_are_moved_to_a_storage_class_that_a_purge_can_leave_out(scripts: ScriptRunner) -> None:
    days: dict[tuple[str, ...], str] = {
        (f"2024-01-0{n}",): f"s3://old-files/days/day=2024-01-0{n}/" for n in (1, 2)
    }
    scripts.upload({f"{where}a.json": '{"n": 1}' for where in days.values()})
    scripts.upload({"s3://old-files/in/new.json": "{}", "s3://old-files/old/a.json": '{"n": 2}'})
    scripts.create_table(
        Table("old_files.days", "s3://old-files/days/", {"n": "int"}, "json", {"day": "string"}, days)
    )
    wait_until_a_second_old(scripts)

    result = scripts.run(TRANSITIONS)
    assert (result.error, result.output) == ("", REFUSALS)
    assert classes(scripts) == {
        "days/day=2024-01-01/a.json": "STANDARD_IA",
        "days/day=2024-01-02/a.json": "STANDARD",
        "in/new.json": "STANDARD",
        "manifest/Failed.csv": "STANDARD",
        "manifest/Success.csv": "STANDARD",
        "old/a.json": "GLACIER",
    }
    s3: Any = scripts.service.aws("s3")
    moved = s3.get_object(Bucket="old-files", Key="days/day=2024-01-01/a.json")["Body"].read()
    assert moved == b'{"n": 1}'
    manifest = s3.get_object(Bucket="old-files", Key="manifest/Success.csv")["Body"].read()
    assert manifest == b"s3://old-files/old/a.json\r\n"
    glue = scripts.service.aws("glue")
    partitions = glue.get_partitions(DatabaseName="old_files", TableName="days")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2024-01-01"], ["2024-01-02"]]


def wait_until_a_second_old(scripts: ScriptRunner) -> None:
    """S3 says when an object was written in whole seconds: wait until the next one has begun."""
    s3: Any = scripts.service.aws("s3")
    written = s3.head_object(Bucket="old-files", Key="old/a.json")["LastModified"]

    def is_later() -> bool | None:
        s3.put_object(Bucket="old-files", Key="clock", Body=b"")
        return s3.head_object(Bucket="old-files", Key="clock")["LastModified"] > written or None

    wait_for("the next second", is_later)
    s3.delete_object(Bucket="old-files", Key="clock")
