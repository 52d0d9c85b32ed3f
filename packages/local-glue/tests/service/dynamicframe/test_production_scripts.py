"""Scripts as teams have them in their repositories: functions, logging, arguments, checks, clean-up."""

from __future__ import annotations

import json

import pytest
from glue_service.glue_scripts import Case, ScriptRunner, Table

TRIPS = {
    "s3://prod/trips/2024/01/a.json": (
        '{"trip_id": "t1", "driver": {"id": 7, "name": "Ann"}, "fare": 12.5,'
        ' "ended": "2024-01-02 10:00:00"}\n'
        '{"trip_id": "t2", "driver": {"id": 8, "name": "Bob"}, "fare": 3.0,'
        ' "ended": "2024-01-03 11:30:00"}\n'
    )
}
EVENTS = {
    "s3://prod/events/a.csv": (
        "id;kind;at\n1;click;2024-01-02T00:00:00\n1;click;2024-01-02T00:05:00\n2;view;2024-01-02T00:01:00\n"
    )
}
CASES = [
    Case(
        "main, a logger, paths as arguments, partitions by date",
        """\
import logging
import sys

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger(__name__)


def extract(glue_context: GlueContext, path: str) -> DynamicFrame:
    return glue_context.create_dynamic_frame.from_options(
        connection_type="s3",
        connection_options={"paths": [path], "recurse": True, "groupFiles": "inPartition"},
        format="json",
        transformation_ctx="extract",
    )


def transform(df: DataFrame) -> DataFrame:
    return df.select(
        "trip_id",
        F.col("driver.id").alias("driver_id"),
        F.col("fare").cast("double").alias("fare"),
        F.to_date("ended").alias("ended_on"),
    )


def load(glue_context: GlueContext, df: DataFrame, path: str) -> None:
    glue_context.write_dynamic_frame.from_options(
        frame=DynamicFrame.fromDF(df, glue_context, "trips"),
        connection_type="s3",
        connection_options={"path": path, "partitionKeys": ["ended_on"]},
        format="glueparquet",
        format_options={"compression": "snappy"},
        transformation_ctx="load",
    )


def main() -> None:
    args = getResolvedOptions(sys.argv, ["JOB_NAME", "SOURCE_PATH", "TARGET_PATH"])
    glue_context = GlueContext(SparkContext.getOrCreate())
    job = Job(glue_context)
    job.init(args["JOB_NAME"], args)
    logger.info("reading %s", args["SOURCE_PATH"])
    frame = extract(glue_context, args["SOURCE_PATH"])
    load(glue_context, transform(frame.toDF()), args["TARGET_PATH"])
    job.commit()


if __name__ == "__main__":
    main()
""",
        files=TRIPS,
        argv=("--SOURCE_PATH", "s3://prod/trips/", "--TARGET_PATH", "s3://prod-out/trips/"),
        writes={
            "s3://prod-out/trips/": [
                {"trip_id": "t1", "driver_id": 7, "fare": 12.5, "ended_on": "2024-01-02"},
                {"trip_id": "t2", "driver_id": 8, "fare": 3.0, "ended_on": "2024-01-03"},
            ]
        },
    ),
    Case(
        "a class that is the job, GlueLogger, commit in finally",
        """\
import sys

from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping
from awsglue.utils import getResolvedOptions


class TripsJob:
    MAPPINGS = [
        ("trip_id", "string", "trip_id", "string"),
        ("driver.name", "string", "driver", "string"),
    ]

    def __init__(self):
        params = ["JOB_NAME"] if "--JOB_NAME" in sys.argv else []
        args = getResolvedOptions(sys.argv, params)
        self.context = GlueContext(SparkContext.getOrCreate())
        self.logger = self.context.get_logger()
        self.job = Job(self.context)
        self.job.init(args.get("JOB_NAME", "test"), args)

    def run(self):
        try:
            frame = self.read("s3://prod/trips/")
            self.logger.info(f"{frame.count()} trips")
            ApplyMapping.apply(frame=frame, mappings=self.MAPPINGS).show()
        finally:
            self.job.commit()

    def read(self, path):
        return self.context.create_dynamic_frame.from_options(
            connection_type="s3", connection_options={"paths": [path], "recurse": True}, format="json"
        )


if __name__ == "__main__":
    TripsJob().run()
""",
        files=TRIPS,
        prints='{"trip_id": "t1", "driver": "Ann"}\n{"trip_id": "t2", "driver": "Bob"}\n\n',
    ),
    Case(
        "an argument that may be missing",
        """\
import sys
from datetime import date, timedelta

from awsglue.utils import getResolvedOptions

optional = [name for name in ("run_date", "env") if f"--{name}" in sys.argv]
args = getResolvedOptions(sys.argv, ["JOB_NAME"] + optional)
run_date = date.fromisoformat(args["run_date"]) if "run_date" in args else date.today()
print(args.get("env", "dev"), run_date - timedelta(days=1))
""",
        argv=("--run_date", "2024-03-01"),
        prints="dev 2024-02-29\n",
    ),
    Case(
        "an argument that must not be missing",
        """\
import sys
from awsglue.utils import GlueArgumentError, getResolvedOptions

try:
    args = getResolvedOptions(sys.argv, ["JOB_NAME", "target_table"])
except GlueArgumentError as error:
    print("missing:", str(error).split(": ")[-1])
    raise SystemExit("no target_table")
""",
        prints="missing: --target_table\n",
        fails="SystemExit: no target_table",
    ),
    Case(
        "newest row per key by a window, then written as csv",
        """\
import sys
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import Window
from pyspark.sql.functions import col, row_number
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame

sc = SparkContext.getOrCreate()
sc.setLogLevel("ERROR")
glueContext = GlueContext(sc)

events = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://prod/events/"]},
    format="csv",
    format_options={"withHeader": True, "separator": ";"},
)
newest = Window.partitionBy("id").orderBy(col("at").desc())
df = events.toDF().withColumn("n", row_number().over(newest)).where("n = 1").drop("n")
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(df.repartition(1), glueContext, "newest"),
    connection_type="s3",
    connection_options={"path": "s3://prod-out/newest/"},
    format="csv",
    format_options={"separator": ",", "quoteChar": -1},
)
""",
        files=EVENTS,
        writes={
            "s3://prod-out/newest/": [
                {"id": "1", "kind": "click", "at": "2024-01-02T00:05:00"},
                {"id": "2", "kind": "view", "at": "2024-01-02T00:01:00"},
            ]
        },
    ),
    Case(
        "the job reads its configuration from S3, and each source it names",
        """\
import json
import boto3
from awsglue.context import GlueContext
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())
body = boto3.client("s3").get_object(Bucket="prod-config", Key="sources.json")["Body"].read()
for source in json.loads(body)["sources"]:
    dyf = glueContext.create_dynamic_frame_from_options(
        connection_type="s3",
        connection_options={"paths": source["paths"], "recurse": True},
        format=source["format"],
        format_options=source.get("options", {}),
        transformation_ctx="read_" + source["name"],
    )
    print(source["name"], dyf.count(), dyf.toDF().columns)
""",
        files={
            **TRIPS,
            **EVENTS,
            "s3://prod-config/sources.json": json.dumps(
                {
                    "sources": [
                        {"name": "trips", "format": "json", "paths": ["s3://prod/trips/"]},
                        {
                            "name": "events",
                            "format": "csv",
                            "paths": ["s3://prod/events/"],
                            "options": {"withHeader": True, "separator": ";"},
                        },
                    ]
                }
            ),
        },
        prints="""\
trips 2 ['trip_id', 'driver', 'fare', 'ended']
events 3 ['id', 'kind', 'at']
""",
    ),
    Case(
        "processed files are moved when the job is done",
        """\
import sys
import boto3
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["bucket", "prefix"])
s3 = boto3.resource("s3")
bucket = s3.Bucket(args["bucket"])
keys = [one.key for one in bucket.objects.filter(Prefix=args["prefix"])]
glueContext = GlueContext(SparkContext.getOrCreate())
frame = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": [f"s3://{args['bucket']}/{key}" for key in keys]}, "json"
)
print(frame.count(), "records of", len(keys), "files")
for key in keys:
    bucket.copy({"Bucket": args["bucket"], "Key": key}, key.replace("incoming/", "archive/"))
    s3.Object(args["bucket"], key).delete()
print([one.key for one in bucket.objects.all()])
""",
        files={
            "s3://prod-moves/incoming/a.json": '{"n": 1}\n',
            "s3://prod-moves/incoming/b.json": '{"n": 2}\n{"n": 3}\n',
        },
        argv=("--bucket", "prod-moves", "--prefix", "incoming/"),
        prints="3 records of 2 files\n['archive/a.json', 'archive/b.json']\n",
    ),
    Case(
        "bad records go to quarantine, good ones on",
        """\
from awsglue.context import GlueContext
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())
raw = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://prod-bad/in/"]}, "json", transformation_ctx="raw"
)
if raw.errorsCount() > 0:
    errors = raw.errorsAsDynamicFrame()
    glueContext.write_dynamic_frame.from_options(
        errors.apply_mapping([("error.input", "string", "line", "string")]),
        connection_type="s3",
        connection_options={"path": "s3://prod-bad/quarantine/"},
        format="json",
    )
print("good", raw.count(), "bad", raw.errorsCount())
""",
        files={"s3://prod-bad/in/a.json": '{"n": 1}\n{"n": 2}\n{"n": oops}\n'},
        prints="good 2 bad 1\n",
        writes={"s3://prod-bad/quarantine/": [{"line": '{"n": oops}'}]},
    ),
    Case(
        "checks before the load: a job that refuses to go on",
        """\
from awsglue.context import GlueContext
from pyspark.context import SparkContext
from pyspark.sql import functions as F

glueContext = GlueContext(SparkContext.getOrCreate())
df = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://prod/trips/"], "recurse": True}, "json"
).toDF()


class DataQualityError(Exception):
    pass


row = df.select(
    F.count("*").alias("rows"),
    F.countDistinct("trip_id").alias("trips"),
    F.sum(F.when(F.col("fare") < 5, 1).otherwise(0)).alias("cheap"),
).first()
print(row["rows"], row["trips"], row["cheap"])
if row["cheap"]:
    raise DataQualityError(f"{row['cheap']} trips cost less than 5")
""",
        files=TRIPS,
        prints="2 2 1\n",
        fails="DataQualityError: 1 trips cost less than 5",
    ),
    Case(
        "yesterday's output is purged before today's",
        """\
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())
spark = glueContext.spark_session
glueContext.purge_s3_path("s3://prod-purge/out/", options={"retentionPeriod": 0})
df = spark.createDataFrame([(1, "new")], ["id", "state"])
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(df, glueContext, "out"),
    connection_type="s3",
    connection_options={"path": "s3://prod-purge/out/"},
    format="json",
)
""",
        files={"s3://prod-purge/out/old.json": '{"id": 1, "state": "old"}\n'},
        writes={"s3://prod-purge/out/": [{"id": 1, "state": "new"}]},
    ),
    Case(
        "every table of a database, listed by boto3",
        """\
import boto3
from awsglue.context import GlueContext
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())
glue = boto3.client("glue")
for table in glue.get_tables(DatabaseName="prod_lake")["TableList"]:
    df = glueContext.create_data_frame.from_catalog(database="prod_lake", table_name=table["Name"])
    print(table["Name"], df.count(), df.dtypes)
""",
        files={"s3://prod-lake/a/x.csv": "1,x\n2,y\n", "s3://prod-lake/b/x.json": '{"k": true}\n'},
        tables=(
            Table("prod_lake.a", "s3://prod-lake/a/", {"id": "bigint", "name": "string"}, "csv"),
            Table("prod_lake.b", "s3://prod-lake/b/", {"k": "boolean"}, "json"),
        ),
        prints="""\
a 2 [('id', 'bigint'), ('name', 'string')]
b 1 [('k', 'boolean')]
""",
    ),
    Case(
        "upsert into a partitioned table by overwriting what changed",
        """\
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from pyspark.context import SparkContext
from pyspark.sql import functions as F

glueContext = GlueContext(SparkContext.getOrCreate())
spark = glueContext.spark_session
spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
current = spark.createDataFrame([(1, "a", "DE"), (2, "b", "US")], "id int, name string, country string")
changes = spark.createDataFrame([(2, "B", "US"), (3, "c", "US")], "id int, name string, country string")
old = DynamicFrame.fromDF(current, glueContext, "old")
new = DynamicFrame.fromDF(changes, glueContext, "new")
merged = old.mergeDynamicFrame(new, ["id"], transformation_ctx="merged").toDF()
touched = [row["country"] for row in changes.select("country").distinct().collect()]
merged.where(F.col("country").isin(touched)).write.mode("overwrite").partitionBy("country").parquet(
    "s3://prod-upsert/users/"
)
""",
        files={"s3://prod-upsert/readme/x.txt": "x"},
        writes={
            "s3://prod-upsert/users/": [
                {"id": 2, "name": "B", "country": "US"},
                {"id": 3, "name": "c", "country": "US"},
            ]
        },
    ),
    Case(
        "one frame to several targets, each in its format",
        """\
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from pyspark.context import SparkContext

glue_context = GlueContext(SparkContext.getOrCreate())
df = glue_context.spark_session.createDataFrame([(1, 0.5)], "id int, share double")
frame = DynamicFrame.fromDF(df, glue_context, "shares")
TARGETS = {
    "json": {"compression": "gzip"},
    "csv": {},
    "parquet": {},
}
for format_name, options in TARGETS.items():
    glue_context.write_dynamic_frame_from_options(
        frame=frame,
        connection_type="s3",
        connection_options={"path": f"s3://prod-targets/{format_name}/", **options},
        format=format_name,
    )
""",
        writes={
            "s3://prod-targets/json/": [{"id": 1, "share": 0.5}],
            "s3://prod-targets/csv/": [{"id": "1", "share": "0.5"}],
            "s3://prod-targets/parquet/": [{"id": 1, "share": 0.5}],
        },
    ),
    Case(
        "times in a user's own function, ingestion columns",
        """\
from datetime import datetime, timezone

from awsglue.context import GlueContext
from awsglue.transforms import Map
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())


def to_epoch(record):
    ended = datetime.strptime(record["ended"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    record["ended_epoch"] = int(ended.timestamp())
    del record["driver"]
    return record


trips = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://prod/trips/"], "recurse": True}, "json"
)
epochs = Map.apply(frame=trips, f=to_epoch, transformation_ctx="epochs")
df = glueContext.add_ingestion_time_columns(epochs.toDF(), "hour")
print([row["ended_epoch"] for row in df.orderBy("trip_id").collect()])
print([name for name in df.columns if name.startswith("ingest_")])
""",
        files=TRIPS,
        prints="""\
[1704189600, 1704281400]
['ingest_year', 'ingest_month', 'ingest_day', 'ingest_hour']
""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
