"""Tables that a job makes and changes by sinks, read by Spark SQL, as DynamicFrames and by awswrangler."""

from __future__ import annotations

import uuid
from typing import Any

import awswrangler as wr
import boto3
import pytest
from glue_service.aws import BUCKET
from glue_service.service import GlueService

# Two writes by each sink: the second one brings a column and a partition.
SCRIPT = """
import json, sys
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "database", "bucket"])
glueContext = GlueContext(SparkContext())
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
database = args["database"]

first = spark.createDataFrame([(1, "a,b", "2023"), (2, None, "2024")], "id long, name string, year string")
later = spark.createDataFrame([(3, "c", 1.5, "2025")], "id long, name string, price double, year string")


def write(df, table, format, **format_options):
    sink = glueContext.getSink(
        connection_type="s3",
        path=f"s3://{args['bucket']}/{database}/{table}/",
        enableUpdateCatalog=True,
        updateBehavior="UPDATE_IN_DATABASE",
        partitionKeys=["year"],
        transformation_ctx=f"{table}_sink",
    )
    sink.setFormat(format, **format_options)
    sink.setCatalogInfo(catalogDatabase=database, catalogTableName=table)
    sink.writeFrame(DynamicFrame.fromDF(df.coalesce(1), glueContext, table))


def rows(df):
    return sorted(list(row) for row in df.select("id", "name", "price", "year").collect())


text = {"separator": "|", "writeHeader": False, "quoteChar": -1}
seen = {}
for table, options in {"glueparquet": {"compression": "snappy"}, "parquet": {}, "csv": text}.items():
    write(first, table, table, **options)
    write(later, table, table, **options)
    frame = glueContext.create_dynamic_frame.from_catalog(
        database=database, table_name=table, additional_options={"mergeSchema": "true"}
    )
    seen[table] = {
        "types": spark.table(f"{database}.{table}").dtypes,
        "sql": rows(spark.sql(f"select * from {database}.{table}")),
        "of a year": rows(spark.sql(f"select * from {database}.{table} where year = '2025'")),
        "frame": rows(frame.toDF()),
    }

job.commit()
print(json.dumps(seen))
"""
TYPES = {"id": "bigint", "name": "string", "price": "double", "year": "string"}
NEW = [3, "c", 1.5, "2025"]


def rows(nothing: str | None) -> list[list[Any]]:
    """What was written; a format without nulls has something in the place of a missing text."""
    return [[1, "a,b", None, "2023"], [2, nothing, None, "2024"], NEW]


@pytest.fixture(scope="module")
def database(service: GlueService) -> str:
    """A database in which a job has made tables; what the job itself saw of them is checked here."""
    name = f"sinks_{uuid.uuid4().hex[:8]}"
    service.aws("glue").create_database(DatabaseInput={"Name": name})
    job = service.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--enable-glue-datacatalog": "true", "--database": name, "--bucket": BUCKET},
    )
    run = service.wait(job, service.start(job), seconds=300)
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), service.lines(run, "error")[-20:])

    types = [list(one) for one in TYPES.items()]
    assert service.printed_json(run) == {
        table: {"types": types, "sql": rows(nothing), "of a year": [NEW], "frame": rows(nothing)}
        for table, nothing in (("glueparquet", None), ("parquet", None), ("csv", ""))
    }
    return name


@pytest.mark.parametrize("table", ["glueparquet", "parquet"])
def test_awswrangler_reads_what_a_sink_wrote(
    service: GlueService, database: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
    session: Any = boto3.Session("test", "test", region_name="us-east-1")
    where: Any = {"database": database, "table": table, "boto3_session": session}
    found: Any = wr.s3.read_parquet_table(**where, validate_schema=False)
    found = found.astype(object).where(found.notna(), None).sort_values("id")
    assert found[[*TYPES]].to_numpy().tolist() == rows(None)

    late: Any = wr.s3.read_parquet_table(**where, partition_filter=lambda one: one["year"] == "2025")
    assert late[[*TYPES]].to_numpy().tolist() == [NEW]


@pytest.mark.parametrize("table", ["glueparquet", "parquet", "csv"])
def test_awswrangler_knows_its_columns_and_partitions(
    service: GlueService, database: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", service.url)
    session: Any = boto3.Session("test", "test", region_name="us-east-1")
    described = wr.catalog.table(database, table, boto3_session=session)
    assert described[["Column Name", "Type", "Partition"]].to_numpy().tolist() == [
        [name, kind, name == "year"] for name, kind in TYPES.items()
    ]
    assert wr.catalog.get_partitions(database, table, boto3_session=session) == {
        f"s3://{BUCKET}/{database}/{table}/year={year}/": [year] for year in ("2023", "2024", "2025")
    }
