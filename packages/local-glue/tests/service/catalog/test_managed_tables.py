"""Tables that Spark makes in the Data Catalog without a path: where their data lies, and who can read it."""

from __future__ import annotations

import uuid
from typing import Any

import awswrangler as wr
import boto3
import pytest
from glue_service.aws import BUCKET
from glue_service.service import GlueService

SCRIPT = """
import json, sys
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
d = sys.argv[sys.argv.index("--database") + 1]
spark.sql(f"use {d}")
rows = spark.range(3).withColumn("day", F.lit("2024-01-01"))
seen = {}

rows.write.mode("overwrite").saveAsTable(f"{d}.Plain")
for form in ("parquet", "orc", "json", "csv"):
    rows.write.format(form).partitionBy("day").saveAsTable(f"{d}.parted_{form}")
    rows.write.format(form).mode("append").partitionBy("day").saveAsTable(f"{d}.parted_{form}")
    seen[form] = spark.table(f"{d}.parted_{form}").count()

rows.write.bucketBy(2, "id").sortBy("id").saveAsTable(f"{d}.bucketed")
spark.sql("create table selected using parquet partitioned by (day) as select * from plain")
spark.sql("create table declared (id bigint, day string) using parquet partitioned by (day)")
spark.sql("insert into declared partition (day='2024-01-02') select 7")
spark.sql("insert overwrite declared partition (day='2024-01-02') select 8")
spark.sql("insert into declared select 9, '2024-01-03'")
seen["declared"] = sorted(list(row) for row in spark.sql("select * from declared").collect())
spark.sql("create view seen as select * from plain")

spark.sql("create table dropped using parquet as select 1 as one")
spark.sql("drop table dropped")
spark.sql("create table dropped using parquet as select 2 as one")
seen["dropped"] = spark.table("dropped").first()[0]

refused = []
for sql in ("create table default.t using parquet as select 1 as one", "create table default.u (a int)"):
    try:
        spark.sql(sql)
    except Exception as error:
        refused.append("give the table a path, or its database a location, on S3" in str(error))
seen["refused"] = refused
print(json.dumps(seen))
"""
TABLES = [
    "bucketed",
    "declared",
    "dropped",
    *(f"parted_{form}" for form in ("csv", "json", "orc", "parquet")),
]


@pytest.fixture(scope="module")
def database(service: GlueService) -> str:
    """A database with a location, in which a job has made tables; what the job saw is checked here."""
    name = f"managed_{uuid.uuid4().hex[:8]}"
    service.aws("glue").create_database(
        DatabaseInput={"Name": name, "LocationUri": f"s3://{BUCKET}/{name}.db/"}
    )
    job = service.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--enable-glue-datacatalog": "true", "--database": name},
    )
    run = service.wait(job, service.start(job), seconds=300)
    assert service.printed_json(run) == {
        **dict.fromkeys(("parquet", "orc", "json", "csv"), 6),
        "declared": [[8, "2024-01-02"], [9, "2024-01-03"]],
        "dropped": 2,
        "refused": [True, True],
    }, service.lines(run, "error")[-50:]
    return name


def test_a_managed_table_lies_in_its_databases_folder(service: GlueService, database: str) -> None:
    tables = service.aws("glue").get_tables(DatabaseName=database)["TableList"]
    found = {table["Name"]: table["StorageDescriptor"].get("Location") for table in tables}
    assert found == {
        "seen": None,
        **{name: f"s3://{BUCKET}/{database}.db/{name}" for name in (*TABLES, "plain", "selected")},
    }


def test_its_partitions_are_in_the_catalog(service: GlueService, database: str) -> None:
    glue = service.aws("glue")

    def partitions(table: str) -> list[tuple[list[str], str]]:
        found = glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
        return [(one["Values"], one["StorageDescriptor"]["Location"]) for one in found]

    root = f"s3://{BUCKET}/{database}.db"
    for table in ("selected", "parted_parquet", "parted_orc", "parted_json", "parted_csv"):
        assert partitions(table) == [(["2024-01-01"], f"{root}/{table}/day=2024-01-01")]
    assert partitions("declared") == [
        (["2024-01-02"], f"{root}/declared/day=2024-01-02"),
        (["2024-01-03"], f"{root}/declared/day=2024-01-03"),
    ]


def test_awswrangler_reads_it(service: GlueService, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
    session: Any = boto3.Session("test", "test", region_name="us-east-1")
    found = wr.s3.read_parquet_table("plain", database, boto3_session=session)
    assert sorted(found["id"]) == [0, 1, 2]
    found = wr.s3.read_parquet_table("parted_parquet", database, boto3_session=session)
    assert sorted(zip(found["id"], found["day"], strict=True)) == [
        (n, "2024-01-01") for n in (0, 0, 1, 1, 2, 2)
    ]
