"""output → DynamoDB: brings the KPI tables to what was computed, writing only what differs.

    python glue/jobs/insert_metrics_dynamo.py --bucket B --batch_id ID --ledger_table FileValidationMetadata
        [--tables '{"TopGenresByDay": "another-table-name"}']

Reads    batches/<batch_id>/calculated.json, output/<table>/<date column>=… of its dates
Writes   the KPI tables                   items put and deleted, whatever contract they belong to
         loaded/<table>/<date>/…          what is in DynamoDB now, to compare with next time
         FileValidationMetadata           kpi_ingestion_status of the run's stream files
Deletes  pending/…                        the notes of dates not yet loaded
Glue     Python shell, Python 3.9. Safe to repeat, and to be killed anywhere.
"""

import json
import sys
from typing import TYPE_CHECKING

from music_streams import batch_writer, layout, snapshots, storage
from music_streams.contracts import KPI_TABLES, KPI_TABLES_BY_NAME, KpiTable
from music_streams.job import JobError, JobSettings, clients, paper_of, say, settings
from music_streams.ledger import Ledger
from music_streams.manifest import DeliveredFile
from music_streams.threads import in_threads

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


def main() -> None:
    """Load the dates of calculated.json and note it in the ledger."""
    options = settings(sys.argv, tables="{}")
    s3, dynamodb = clients()
    calculated = paper_of(s3, options, layout.calculated_key(options.batch_id), "calculate_metrics_etl")
    files = [DeliveredFile.from_dict(facts) for facts in calculated["files"]]
    ledger = Ledger(dynamodb, options.ledger_table, options.batch_id)
    say("loading", tables=len(KPI_TABLES), dates=len(calculated["dates"]))
    try:
        for table, name in table_names(options).items():
            load_table(s3, dynamodb, options, table, name, calculated["dates"])
    except Exception as problem:
        note = f"{type(problem).__name__}: {problem}"[:1000]
        in_threads(lambda file: ledger.ingested(file, problem=note), files)
        raise
    in_threads(ledger.ingested, files)
    storage.delete_keys(s3, options.bucket, calculated["pending"])
    say("inserted", files=len(files), dates=",".join(calculated["dates"]) or "none")


def table_names(options: JobSettings) -> "dict[KpiTable, str]":
    """Each contract's DynamoDB table: its own name, unless `--tables` gives another."""
    renamed = json.loads(options.extra["tables"])
    unknown = sorted(set(renamed) - set(KPI_TABLES_BY_NAME))
    if unknown:
        raise JobError(f"--tables: expected names of {sorted(KPI_TABLES_BY_NAME)}, found {unknown}")
    return {table: renamed.get(table.name, table.name) for table in KPI_TABLES}


def load_table(
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    options: JobSettings,
    table: KpiTable,
    name: str,
    dates: "list[str]",
) -> None:
    """Bring every date of one table to its output."""
    identity = snapshots.identity_of(name, dynamodb.describe_table(TableName=name)["Table"])
    for date in dates:
        puts, deletes = load_date(s3, dynamodb, options.bucket, table, name, identity, date)
        say(f"{name} {date}", put=puts, deleted=deletes)


def load_date(
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    bucket: str,
    table: KpiTable,
    name: str,
    identity: str,
    date: str,
) -> "tuple[int, int]":
    """Bring one date of one table to its output; returns how many items were put and deleted.

    Without a snapshot (a first load, a restored table, `loaded/` emptied by hand) the table is asked which
    items it has of the date, so that none stays that is no longer true. track_level_reports can't be asked
    by date, as its partitions are tracks: there such items stay until they are overwritten.
    """
    wanted = snapshots.canonical_lines(table, date, output_rows(s3, bucket, table, date))
    body = snapshots.body_of(wanted)
    prefix = layout.loaded_prefix(table, date)
    new = prefix + snapshots.name_of(identity, body)
    there = [entry["Key"] for entry in storage.list_objects(s3, bucket, prefix)]
    if there == [new]:
        return 0, 0
    of_this_table = prefix + snapshots.name_start(identity)
    if not any(key.startswith(of_this_table) for key in there):
        # A first load too must leave a trace of the state before it, or a killed one would look complete.
        found = snapshots.body_of(keys_in(dynamodb, table, name, date))
        before = prefix + snapshots.name_of(identity, found)
        s3.put_object(Bucket=bucket, Key=before, Body=found, ContentType="application/x-ndjson")
        there.append(before)
    known = [
        snapshots.parsed_lines(table, s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        for key in there
        if key.startswith(of_this_table)
    ]
    change = snapshots.change(table, wanted, known)
    s3.put_object(Bucket=bucket, Key=new, Body=body, ContentType="application/x-ndjson")
    batch_writer.write(dynamodb, name, change.puts, change.deletes)
    storage.delete_keys(s3, bucket, [key for key in there if key != new])
    return len(change.puts), len(change.deletes)


def keys_in(
    dynamodb: "DynamoDBClient", table: KpiTable, name: str, date: str
) -> "dict[tuple[str, ...], str]":
    """The keys that the DynamoDB table has of one date, as a snapshot of items without other attributes."""
    if table.partition_key != table.date_column:
        return {}
    names = {f"#{n}": column for n, column in enumerate(table.key)}
    pages = dynamodb.get_paginator("query").paginate(
        TableName=name,
        KeyConditionExpression="#0 = :date",
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":date": {"S": date}},
        ConsistentRead=True,
    )
    return snapshots.key_lines(table, [item for page in pages for item in page["Items"]])


def output_rows(s3: "S3Client", bucket: str, table: KpiTable, date: str) -> "list[bytes]":
    """The JSON lines of one date of one table."""
    rows: list[bytes] = []
    for entry in storage.list_objects(s3, bucket, layout.output_partition(table, date)):
        body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        rows.extend(line for line in body.split(b"\n") if line)
    return rows


if __name__ == "__main__":
    main()
