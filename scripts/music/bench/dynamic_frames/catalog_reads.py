"""One partition read by from_catalog, of a table with many partitions and of one with few, in turns.

    python catalog_reads.py BUCKET MANY FEW ROUNDS

Started by path in the jobs' Python. Makes both tables, a file in each partition. Prints a line of JSON: the
seconds of each round of both.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from awsglue.context import GlueContext
from pyspark.context import SparkContext

DATABASE = "bench_catalog"
ROWS = 100
PARTITIONS_PER_REQUEST = 100
THREADS = 8
COLUMNS = [{"Name": "id", "Type": "bigint"}]
KEYS = [{"Name": "part", "Type": "int"}]
BODY = "".join(f"{json.dumps({'id': number})}\n" for number in range(ROWS)).encode()


def main(bucket: str, sizes: dict[str, int], rounds: int) -> None:
    """Measure both in turns, after a round that warms the session up and compares their answers."""
    boto3.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    for table, partitions in sizes.items():
        make_table(bucket, table, partitions)

    glue = GlueContext(SparkContext())
    answers = {table: read(glue, table)[0] for table in sizes}
    if set(answers.values()) != {ROWS}:
        sys.exit(f"expected {ROWS} rows of each, found {answers}")

    seconds: dict[str, list[float]] = {table: [] for table in sizes}
    for _ in range(rounds):
        for table in sizes:
            seconds[table].append(read(glue, table)[1])
    print(json.dumps(seconds))


def read(glue: GlueContext, table: str) -> tuple[int, float]:
    """Return the rows of one partition, and the seconds until they are counted."""
    begun = time.monotonic()
    frame = glue.create_dynamic_frame.from_catalog(DATABASE, table, push_down_predicate="part = 7")
    return frame.count(), time.monotonic() - begun


def make_table(bucket: str, table: str, partitions: int) -> None:
    """Create a table of JSON files, one file in each of its partitions."""
    location = f"s3://{bucket}/{DATABASE}/{table}/"
    s3: Any = boto3.client("s3")

    def put(part: int) -> None:
        s3.put_object(Bucket=bucket, Key=f"{DATABASE}/{table}/part={part}/rows.json", Body=BODY)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put, range(partitions)))

    glue: Any = boto3.client("glue")
    storage = {"Columns": COLUMNS, "Location": location}
    described = {
        "StorageDescriptor": storage,
        "PartitionKeys": KEYS,
        "Parameters": {"classification": "json"},
    }
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": table, **described})

    for first in range(0, partitions, PARTITIONS_PER_REQUEST):
        some = [
            {"Values": [str(part)], "StorageDescriptor": {**storage, "Location": f"{location}part={part}/"}}
            for part in range(first, min(first + PARTITIONS_PER_REQUEST, partitions))
        ]
        answer = glue.batch_create_partition(DatabaseName=DATABASE, TableName=table, PartitionInputList=some)
        if answer.get("Errors"):
            sys.exit(f"expected {len(some)} partitions to be made, found {answer['Errors'][:1]}")


if __name__ == "__main__":
    main(sys.argv[1], {"many": int(sys.argv[2]), "few": int(sys.argv[3])}, int(sys.argv[4]))
