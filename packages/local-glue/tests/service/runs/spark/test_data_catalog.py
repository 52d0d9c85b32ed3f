"""`--enable-glue-datacatalog`: Spark SQL reads and writes the Data Catalog's own databases and tables."""

from __future__ import annotations

import json
import uuid

import pytest
from glue_service.aws import BUCKET
from glue_service.crawler_fixture import CrawlerFixture
from glue_service.service import GlueService
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver

HEAD = """
import json, sys
from pyspark.context import SparkContext
from awsglue.context import GlueContext
spark = GlueContext(SparkContext.getOrCreate()).spark_session
database = sys.argv[sys.argv.index("--database") + 1]
where = f"s3://BUCKET/{database}"
seen = {}
def rows(sql):
    return sorted(list(row) for row in spark.sql(sql).collect())
""".replace("BUCKET", BUCKET)
SCRIPT = """
seen["databases"] = database in [row[0] for row in rows("show databases")]
seen["crawled"] = rows(f"select * from {database}.crawled where day = '2024-06-25'")
seen["missing"] = spark.catalog.tableExists(f"{database}.missing")
spark.sql(f"create database if not exists {database}_new location '{where}/new'")
spark.range(4).selectExpr("id", "id % 2 as even").write.partitionBy("even").mode("overwrite").format(
    "parquet").option("path", f"{where}/external").saveAsTable(f"{database}.external")
spark.sql(f"create table {database}_new.managed stored as parquet as select 1 as one, 'käse' as name")
spark.sql(f"create table {database}_new.dropped as select 1 as one")
spark.sql(f"drop table {database}_new.dropped")
spark.sql(f"alter table {database}.crawled add if not exists partition (day='2024-06-27')")
spark.sql(f"insert into {database}.crawled partition (day='2024-06-28') select 'new', 9")
spark.sql(f"alter table {database}.crawled drop partition (day='2024-06-26')")
spark.sql(f"alter table {database}_new.managed set tblproperties ('owner.team'='data')")
spark.sql(f"create view {database}_new.seen as select name from {database}_new.managed")
seen["external"] = rows(f"select id from {database}.external where even = 1")
seen["view"] = rows(f"select * from {database}_new.seen")
seen["partitions"] = [row[0] for row in rows(f"show partitions {database}.crawled")]
seen["tables"] = [row[1] for row in rows(f"show tables in {database}_new")]
seen["all"] = rows(f"select genre, listens, day from {database}.crawled")
spark.range(1).createOrReplaceTempView("temporary")
seen["temporary"] = spark.table("temporary").count()
print(json.dumps(seen))
"""
CSV = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": ","},
    },
    "Columns": [{"Name": "genre", "Type": "string"}, {"Name": "listens", "Type": "bigint"}],
}


@pytest.fixture
def database(warm_service: GlueService) -> str:
    """A database with a table `crawled` of two days."""
    glue, s3 = warm_service.aws("glue"), warm_service.aws("s3")
    name = f"music_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    location = f"s3://{BUCKET}/{name}/crawled/"
    glue.create_table(
        DatabaseName=name,
        TableInput={
            "Name": "crawled",
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {**CSV, "Location": location},
            "PartitionKeys": [{"Name": "day", "Type": "string"}],
            "Parameters": {"classification": "csv", "EXTERNAL": "TRUE"},
        },
    )
    for number, day in enumerate(("2024-06-25", "2024-06-26"), 1):
        s3.put_object(Bucket=BUCKET, Key=f"{name}/crawled/day={day}/a.csv", Body=f"pop,{number}\n".encode())
        glue.create_partition(
            DatabaseName=name,
            TableName="crawled",
            PartitionInput={
                "Values": [day],
                "StorageDescriptor": {**CSV, "Location": f"{location}day={day}/"},
            },
        )
    return name


def test_spark_sql_reads_and_writes_the_catalogs_tables(warm_service: GlueService, database: str) -> None:
    service, glue = warm_service, warm_service.aws("glue")
    wait_for_a_warm_driver(service)
    job = service.job(
        HEAD + SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--enable-glue-datacatalog": "true", "--database": database},
    )
    run = service.wait(job, service.start(job), seconds=300)
    assert run["JobRunState"] == "SUCCEEDED", (run["ErrorMessage"], service.lines(run, "error"))
    assert service.lines(run, "error")[1] == WARM
    assert service.printed_json(run) == {
        "databases": True,
        "crawled": [["pop", 1, "2024-06-25"]],
        "missing": False,
        "external": [[1], [3]],
        "view": [["käse"]],
        "partitions": ["day=2024-06-25", "day=2024-06-27", "day=2024-06-28"],
        "tables": ["managed", "seen"],
        "all": [["new", 9, "2024-06-28"], ["pop", 1, "2024-06-25"]],
        "temporary": 1,
    }
    tables = {t["Name"]: t for t in glue.get_tables(DatabaseName=f"{database}_new")["TableList"]}
    assert {name: table["TableType"] for name, table in tables.items()} == {
        "managed": "MANAGED_TABLE",
        "seen": "VIRTUAL_VIEW",
    }
    assert tables["managed"]["Parameters"]["owner.team"] == "data"
    assert tables["managed"]["StorageDescriptor"]["Location"] == f"s3://{BUCKET}/{database}/new/managed"
    external = glue.get_table(DatabaseName=database, Name="external")["Table"]
    assert [key["Name"] for key in external["PartitionKeys"]] == ["even"]
    partitions = glue.get_partitions(DatabaseName=database, TableName="external")["Partitions"]
    assert sorted(partition["Values"] for partition in partitions) == [["0"], ["1"]]
    listing = service.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{database}/new/dropped/")
    assert "Contents" not in listing, "the data of a managed table goes with it"


def test_a_text_table_with_a_column_named_like_a_partition_key_is_not_read_shifted(
    service: GlueService, crawled: CrawlerFixture
) -> None:
    crawled.put("t/year=2024/part.csv", "id,year,name\n1,5,a\n2,6,b\n")
    crawled.create("t/")
    crawled.crawl()
    job = service.job(
        HEAD + 'print(spark.table(f"{database}.t").select("id", "name").collect())',
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--enable-glue-datacatalog": "true", "--database": crawled.name},
    )
    run = service.wait(job, service.start(job), seconds=300)
    assert run["JobRunState"] == "FAILED", service.lines(run)
    assert f"Table {crawled.name}.t has duplicate columns: year of its files" in run["ErrorMessage"]


def test_a_scripts_own_spark_conf_switches_the_catalog_on(warm_service: GlueService, database: str) -> None:
    service = warm_service
    script = f"""
import json
from pyspark.conf import SparkConf
from pyspark.sql import SparkSession
conf = SparkConf().set(
    "hive.metastore.client.factory.class",
    "com.amazonaws.glue.catalog.metastore.AWSGlueDataCatalogHiveClientFactory",
)
spark = SparkSession.builder.config(conf=conf).enableHiveSupport().getOrCreate()
print(json.dumps(sorted(list(row) for row in spark.table("{database}.crawled").collect())))
spark.range(1).coalesce(1).write.json("s3://{BUCKET}/{database}/written/")
try:
    spark.sql("create function {database}.f as 'no.such.Class'")
except Exception:
    print("goes on")
"""
    run = service.wait(
        job := service.job(script, command="glueetl", GlueVersion="5.1"), service.start(job), seconds=300
    )
    assert [json.loads(line) for line in service.lines(run) if line.startswith("[[")] == [
        [["pop", 1, "2024-06-25"], ["pop", 2, "2024-06-26"]]
    ], service.lines(run, "error")[-50:]
    # What was refused stays failed, though the script went on.
    assert service.lines(run)[-1] == "goes on"
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "The local Data Catalog does not take Hive's call create_function"
    listing = service.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{database}/written/")["Contents"]
    names = [found["Key"].rpartition("/")[2] for found in listing]
    assert [name[:5] for name in names] == ["part-"], "no _SUCCESS beside the data"
