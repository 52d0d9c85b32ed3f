"""output → DynamoDB: brings the KPI tables to what was computed, writing only what differs.

    python glue/jobs/insert_metrics_dynamo.py --bucket B --batch_id ID --ledger_table FileValidationMetadata
        [--tables '{"TopGenresByDay": "another-table-name"}']

Reads    batches/<batch_id>/calculated.json, output/<table>/<date column>=… of its dates
Writes   the KPI tables                   items put and deleted, whatever contract they belong to
         loaded/<table>/<date>/…          what is in DynamoDB now, to compare with next time
         FileValidationMetadata           kpi_ingestion_status of the run's stream files
Deletes  pending/…                        the run's pending dates, which are loaded now
Glue     Python shell, Python 3.9. Safe to repeat, and to be killed anywhere.
"""

import hashlib
import json
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import IO, TYPE_CHECKING, Any

from music_streams import batch_writer, layout, step_results, storage
from music_streams.batch import Batch
from music_streams.contracts import KPI_TABLES, KPI_TABLES_BY_NAME, KpiTable
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobError, open_batch, say, settings
from music_streams.kpi_tables import snapshots
from music_streams.kpi_tables.snapshots import Lines
from music_streams.metrics import SECONDS, JobMetrics
from music_streams.step_results import Calculated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class LoadedTable:
    """One KPI table in DynamoDB: its contract, its name, and what tells it from others that had the name."""

    dynamodb: "DynamoDBClient"
    contract: KpiTable
    name: str
    identity: str


def main() -> None:
    """Load the dates of calculated.json and record it in the ledger."""
    options = settings(sys.argv, tables="{}")
    metrics = JobMetrics("insert_metrics_dynamo", options.metric_namespace)
    batch, dynamodb = open_batch(options)
    calculated = step_results.require(batch.s3, batch.bucket, batch.batch_id, Calculated)
    files = [file.staged.delivered for file in calculated.files]
    say("loading", tables=len(KPI_TABLES), dates=len(calculated.dates))

    done: Counter[str] = Counter()
    try:
        for contract, name in table_names(options.extra["tables"]).items():
            done += load_table(batch, dynamodb, contract, name, calculated.dates)
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"[:1000]
        batch.ledger.ingested(files, problem=problem)
        raise

    batch.ledger.ingested(files)
    storage.delete_keys(batch.s3, batch.bucket, list(calculated.pending))
    say("inserted", files=len(files), dates=",".join(calculated.dates) or "none")
    metrics.add("ItemsWritten", done["PutRequest"])
    metrics.add("ItemsRemoved", done["DeleteRequest"])
    metrics.add_values("LandingToKpiSeconds", [seconds_since(file) for file in files], SECONDS)
    metrics.publish()


def seconds_since(file: DeliveredFile) -> int:
    """Return how long ago a file was delivered."""
    landed = datetime.strptime(file.last_modified, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return max(0, round((datetime.now(timezone.utc) - landed).total_seconds()))


def table_names(renamed_as_json: str) -> "dict[KpiTable, str]":
    """Return each contract's DynamoDB table: its own name, unless `--tables` gives another.

    Raises:
        JobError: `--tables` names a contract that there is not.
    """
    renamed = json.loads(renamed_as_json)
    unknown = sorted(set(renamed) - set(KPI_TABLES_BY_NAME))
    if unknown:
        raise JobError(f"--tables: expected names of {sorted(KPI_TABLES_BY_NAME)}, found {unknown}")
    return {table: renamed.get(table.name, table.name) for table in KPI_TABLES}


def load_table(
    batch: Batch, dynamodb: "DynamoDBClient", contract: KpiTable, name: str, dates: "tuple[str, ...]"
) -> "Counter[str]":
    """Bring every date of one table to its output; return how many items were put and deleted."""
    identity = snapshots.identity_of(name, dynamodb.describe_table(TableName=name)["Table"])
    table = LoadedTable(dynamodb, contract, name, identity)

    in_all: Counter[str] = Counter()
    for date in dates:
        done = load_date(batch, table, date)
        say(f"{name} {date}", put=done["PutRequest"], deleted=done["DeleteRequest"])
        in_all += done
    return in_all


def load_date(batch: Batch, table: LoadedTable, date: str) -> "Counter[str]":
    """Bring one date of one table to its output; return how many items were put and deleted.

    The snapshots of a date say together what may be in DynamoDB. So they grow before the table is written,
    and shrink to the new one after it: killed anywhere, the next load knows of every item that may be there.
    Of the items no more are in memory than are on their way.
    """
    with ExitStack() as files:
        wanted = Snapshot(table, date, output_lines(batch, table.contract, date, files))
        files.enter_context(wanted.content)
        existing = snapshot_keys(batch, table.contract, date)
        if existing == [wanted.key]:
            return Counter()

        existing = with_state_before(batch, table, date, existing)
        known = known_states(batch, table, date, existing, files)
        wanted.put(batch)
        done = write_changes(table, wanted, known)
        storage.delete_keys(batch.s3, batch.bucket, [key for key in existing if key != wanted.key])
    return done


class Snapshot:
    """Canonical lines on this process's disk, and the key of their snapshot, whether it exists or not."""

    def __init__(self, table: LoadedTable, date: str, lines: Lines) -> None:
        self._table = table
        self.content: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever made it
        digest = hashlib.sha256()
        for _, line in lines:
            row = f"{line}\n".encode()
            digest.update(row)
            self.content.write(row)

        name = snapshots.name_of(table.identity, digest.hexdigest())
        self.key = layout.loaded_prefix(table.contract, date) + name

    def put(self, batch: Batch) -> None:
        """Write it to S3."""
        self.content.seek(0)
        batch.s3.put_object(
            Bucket=batch.bucket, Key=self.key, Body=self.content, ContentType="application/x-ndjson"
        )

    def lines(self) -> Lines:
        """Return its lines, from the first one."""
        self.content.seek(0)
        return snapshots.parsed_lines(self._table.contract, self.content)


def output_lines(batch: Batch, contract: KpiTable, date: str, files: ExitStack) -> Lines:
    """Return what the table must hold of the date."""
    prefix = layout.output_partition(contract, date)
    keys = [entry["Key"] for entry in storage.list_objects(batch.s3, batch.bucket, prefix)]
    parts = [files.enter_context(storage.fetch(batch.s3, batch.bucket, key)) for key in keys]
    return snapshots.canonical_lines(contract, date, parts)


def snapshot_keys(batch: Batch, contract: KpiTable, date: str) -> "list[str]":
    """Return the snapshots of one date, also those of tables that had the name before."""
    prefix = layout.loaded_prefix(contract, date)
    return [entry["Key"] for entry in storage.list_objects(batch.s3, batch.bucket, prefix)]


def with_state_before(batch: Batch, table: LoadedTable, date: str, existing: "list[str]") -> "list[str]":
    """Return the snapshots, with a new one of the state before a first load if this table has none.

    Without a snapshot (a first load, a restored table, `loaded/` emptied by hand) the table is asked which
    items it has of the date, so that none stays that is no longer true. A first load too must leave a trace
    of the state before it, or a killed one would look complete.
    """
    start = layout.loaded_prefix(table.contract, date) + snapshots.name_start(table.identity)
    if any(key.startswith(start) for key in existing):
        return existing

    before = Snapshot(table, date, keys_in(table, date))
    with before.content:
        before.put(batch)
    return [*existing, before.key]


def known_states(
    batch: Batch, table: LoadedTable, date: str, existing: "list[str]", files: ExitStack
) -> "list[Lines]":
    """Return what the snapshots of this very table hold."""
    start = layout.loaded_prefix(table.contract, date) + snapshots.name_start(table.identity)
    own = [key for key in existing if key.startswith(start)]
    contents = [files.enter_context(storage.fetch(batch.s3, batch.bucket, key)) for key in own]
    return [snapshots.parsed_lines(table.contract, content) for content in contents]


def write_changes(table: LoadedTable, wanted: Snapshot, known: "list[Lines]") -> "Counter[str]":
    """Put and delete what differs, and return how many of each."""
    done: Counter[str] = Counter()

    def counted(request: "dict[str, Any]") -> "dict[str, Any]":
        done.update(request.keys())
        return request

    changes = snapshots.changes(table.contract, wanted.lines(), known)
    batch_writer.write(table.dynamodb, table.name, map(counted, changes))
    return done


def keys_in(table: LoadedTable, date: str) -> Lines:
    """Return the keys that the DynamoDB table has of one date, as items without other attributes.

    track_level_reports can't be asked by date, as its partitions are tracks: there such items stay until they
    are overwritten.
    """
    contract = table.contract
    if contract.partition_key != contract.date_column:
        return iter(())

    names = {f"#{n}": column for n, column in enumerate(contract.key)}
    pages = table.dynamodb.get_paginator("query").paginate(
        TableName=table.name,
        KeyConditionExpression="#0 = :date",
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":date": {"S": date}},
        ConsistentRead=True,
    )
    return snapshots.key_lines(contract, [item for page in pages for item in page["Items"]])


if __name__ == "__main__":
    main()
