"""`--datalake-formats`: Iceberg in the Data Catalog and Delta beside it, as a job on Glue has them."""

from __future__ import annotations

import uuid

from glue_service.aws import BUCKET
from glue_service.service import GlueService

# As the Glue developer guide has it for each of the two.
CONF = " --conf ".join(
    (
        "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions,"
        "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.glue_catalog=org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.glue_catalog.warehouse=s3://{bucket}/{database}/",
        "spark.sql.catalog.glue_catalog.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog",
        "spark.sql.catalog.glue_catalog.io-impl=org.apache.iceberg.aws.s3.S3FileIO",
        "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
    )
)
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.utils import getResolvedOptions
from delta.tables import DeltaTable
from pyspark.context import SparkContext

database = getResolvedOptions(sys.argv, ["database"])["database"]
spark = GlueContext(SparkContext()).spark_session
people = spark.createDataFrame([(1, "ann", "x"), (2, "bob", "y")], "id long, name string, part string")

people.writeTo(f"glue_catalog.{database}.people").partitionedBy(people.part).create()
spark.sql(f'''
    MERGE INTO glue_catalog.{database}.people t
    USING (SELECT 1 id, 'Ann' name, 'x' part UNION ALL SELECT 3, 'cyd', 'z') s
    ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT *
''')
print(sorted(row.name for row in spark.table(f"glue_catalog.{database}.people").collect()))
print(spark.table(f"glue_catalog.{database}.people.snapshots").count())

for _ in range(2):
    people.write.format("delta").mode("overwrite").saveAsTable(f"{database}.folks")
table = DeltaTable.forName(spark, f"{database}.folks")
table.delete("id = 1")
print([row.name for row in table.toDF().collect()], table.history().count())
"""


def test_a_job_has_iceberg_with_the_data_catalog_and_delta(service: GlueService) -> None:
    database = f"lake_{uuid.uuid4().hex[:8]}"
    service.aws("glue").create_database(
        DatabaseInput={"Name": database, "LocationUri": f"s3://{BUCKET}/{database}/delta/"}
    )
    job = service.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={
            "--datalake-formats": "delta,iceberg",
            "--conf": CONF.format(bucket=BUCKET, database=database),
            "--enable-glue-datacatalog": "true",
            "--database": database,
        },
    )
    run = service.wait(job, service.start(job), seconds=500)
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), service.lines(run, "error")[-20:])
    assert service.lines(run) == ["['Ann', 'bob', 'cyd']", "2", "['bob'] 3"]
    said = service.lines(run, "error")
    assert "local Glue: cold start, because --datalake-formats needs a JVM of its own" in said

    tables = {t["Name"]: t for t in service.aws("glue").get_tables(DatabaseName=database)["TableList"]}
    assert tables["folks"]["Parameters"]["spark.sql.sources.provider"] == "delta"
    iceberg = tables["people"]["Parameters"]
    assert iceberg["table_type"] == "ICEBERG"
    key = iceberg["metadata_location"].removeprefix(f"s3://{BUCKET}/")
    assert service.aws("s3").head_object(Bucket=BUCKET, Key=key)["ContentLength"] > 0
