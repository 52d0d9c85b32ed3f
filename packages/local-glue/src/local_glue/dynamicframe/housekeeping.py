"""Old files go: purge_table, purge_s3_path, transition_table, transition_s3_path.

Source: the GlueContext class in the Glue developer guide. A file younger than `retentionPeriod` hours (168 by
default) stays, and so does one of a storage class in `excludeStorageClasses`. Tables of Iceberg, Delta and
Hudi keep a list of their files themselves: of them nothing is touched.
"""

import csv
import io
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from local_glue.dynamicframe.refusals import refuse_files_of_format_table
from local_glue.dynamicframe.sources.files import DataFile, list_files
from local_glue.dynamicframe.sources.partitions import Partition, matching_partitions

if TYPE_CHECKING:
    from local_glue.dynamicframe.catalog import Table
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext

_WEEK_HOURS = 168
_HOUR_MS = 3_600_000
Action = Callable[[Any, str, str], None]
# What each table format has for its own old files.
_OWN_PURGE = {
    "iceberg": "CALL glue_catalog.system.expire_snapshots('{table}')",
    "delta": "VACUUM delta.`{path}`",
    "hudi": "CALL run_clean(table => '{table}')",
}


def purge(_options: dict[str, Any]) -> Action:
    """Return what deletes a file."""
    return lambda s3, bucket, key: s3.delete_object(Bucket=bucket, Key=key)


def transition(storage_class: str, options: dict[str, Any]) -> Action:
    """Return what moves a file to another storage class.

    Raises:
        ValueError: accountId or roleArn is missing; AWS runs a batch job with them.
    """
    missing = [name for name in ("accountId", "roleArn") if not options.get(name)]
    if missing:
        raise ValueError(f"Expected the options accountId and roleArn, found no {' and no '.join(missing)}.")

    def move(s3: Any, bucket: str, key: str) -> None:
        source = {"Bucket": bucket, "Key": key}
        s3.copy_object(Bucket=bucket, Key=key, CopySource=source, StorageClass=storage_class)

    return move


def check_purge(table: "Table") -> None:
    """Refuse a table that keeps a list of its files.

    Raises:
        NotImplementedError: it is Iceberg's, Delta's or Hudi's.
    """
    if table.table_format:
        statement = _OWN_PURGE[table.table_format].format(table=table.full_name, path=table.data_path)
        start = f"start the job with --datalake-formats {table.table_format}"
        refuse_files_of_format_table(table, f'{start} and call spark.sql("{statement}")')


def check_transition(table: "Table") -> None:
    """Refuse a table that keeps a list of its files.

    Raises:
        NotImplementedError: it is Iceberg's, Delta's or Hudi's.
    """
    if table.table_format:
        refuse_files_of_format_table(table, "write its old rows to a table of files, and move that one")


def on_path(path: str, options: dict[str, Any], action: Action) -> None:
    """Do it to the old files below a path."""
    done, failed = _on_files(list_files([path], {"recurse": True, **_excluded(options)}), options, action)
    _write_manifest(options, done, failed)


def on_table(context: "ScalaGlueContext", table: "Table", options: dict[str, Any], action: Action) -> None:
    """Do it to the old files of a table; a partition that has no file left is deleted."""
    if not table.partition_keys:
        on_path(table.location, options, action)
        return
    done: list[str] = []
    failed: list[str] = []
    for one in matching_partitions(context, table, options.get("partitionPredicate", ""), ""):
        moved, kept = _on_files(_files(one, options), options, action)
        done += moved
        failed += kept
        if moved and not _files(one, {}):
            context.catalog().glue.delete_partition(
                DatabaseName=table.database, TableName=table.name, PartitionValues=list(one.values.values())
            )
    _write_manifest(options, done, failed)


def _files(partition: Partition, options: dict[str, Any]) -> list[DataFile]:
    return list_files([partition.location], {"recurse": True, **_excluded(options)})


def _excluded(options: dict[str, Any]) -> dict[str, Any]:
    return {"excludeStorageClasses": list(options.get("excludeStorageClasses") or ())}


def _on_files(files: list[DataFile], options: dict[str, Any], action: Action) -> tuple[list[str], list[str]]:
    s3 = boto3.client("s3")
    newest = time.time() * 1000 - float(options.get("retentionPeriod", _WEEK_HOURS)) * _HOUR_MS
    done: list[str] = []
    failed: list[str] = []
    for file in files:
        if file.modified > newest:
            continue
        bucket, _, key = file.path.removeprefix("s3://").partition("/")
        try:
            action(s3, bucket, key)
            done.append(file.path)
        except ClientError:
            failed.append(file.path)
    return done, failed


def _write_manifest(options: dict[str, Any], done: list[str], failed: list[str]) -> None:
    where = options.get("manifestFilePath")
    if not where:
        return
    bucket, _, prefix = str(where).partition("://")[2].partition("/")
    for name, paths in (("Success.csv", done), ("Failed.csv", failed)):
        text = io.StringIO()
        csv.writer(text).writerows([path] for path in paths)
        key = "/".join(filter(None, (prefix.strip("/"), name)))
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())
