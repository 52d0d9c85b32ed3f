"""Short scripts as courses, answers on the web and production repositories have them."""

from __future__ import annotations

import pytest
from glue_service.glue_scripts import Case, ScriptRunner, Table

GET_OR_CREATE = """\
import sys
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import *

glueContext = GlueContext(SparkContext.getOrCreate())
spark = glueContext.spark_session
"""
SESSION_FIRST = """\
from pyspark.sql import SparkSession
from pyspark.sql.functions import *
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job

spark = SparkSession.builder.appName("etl").getOrCreate()
glue_context = GlueContext(spark.sparkContext)
job = Job(spark)
job.init("etl")
"""
SHOP = {
    "s3://course-shop/orders/a.json": (
        '{"order_id": 1, "customer_id": 7, "items": [{"sku": "a", "qty": 2}], "total": 20.5}\n'
        '{"order_id": 2, "customer_id": 8, "items": [], "total": 0.5}\n'
    ),
    "s3://course-shop/customers/a.csv": "customer_id,name,country\n7,Ann,DE\n8,Bob,US\n9,Eve,DE\n",
}
ORDERS = """
orders = glueContext.create_dynamic_frame.from_options(
    connection_type="s3", connection_options={"paths": ["s3://course-shop/orders/"]}, format="json"
)
customers = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://course-shop/customers/"]},
    format="csv",
    format_options={"withHeader": True},
)
"""
TABLE = Table(
    "course.users",
    "s3://course-users/users/",
    {"id": "int", "name": "string", "signed_up": "date", "active": "boolean", "score": "double"},
    "csv",
)
USERS = {"s3://course-users/users/a.csv": "1,Ann,2024-01-02,true,1.5\n2,Bob,,false,\n"}
READ_USERS = """
users = glueContext.create_dynamic_frame.from_catalog(database="course", table_name="users")
"""
CASES = [
    Case(
        "join, aggregate through a view, back to a DynamicFrame",
        GET_OR_CREATE
        + ORDERS
        + """
customers = customers.apply_mapping(
    [("customer_id", "string", "id", "int"), ("country", "string", "country", "string")]
)
joined = Join.apply(orders, customers, ["customer_id"], ["id"])
joined.toDF().createOrReplaceTempView("joined")
totals = spark.table("joined").groupBy("country").sum("total").withColumnRenamed("sum(total)", "total")
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(totals, glueContext, "totals").coalesce(1),
    connection_type="s3",
    connection_options={"path": "s3://course-shop/totals/"},
    format="json",
)
""",
        files=SHOP,
        writes={
            "s3://course-shop/totals/": [{"country": "DE", "total": 20.5}, {"country": "US", "total": 0.5}]
        },
    ),
    Case(
        "DataFrame functions between toDF and fromDF",
        GET_OR_CREATE
        + ORDERS
        + """
from pyspark.sql import functions as F
df = orders.toDF().withColumn("n_items", F.size("items")).filter(F.col("total") > 1).drop("items")
result = DynamicFrame.fromDF(df, glueContext, "result")
result.printSchema()
result.show()
print("Count:", result.count())
""",
        files=SHOP,
        prints="""\
root
|-- order_id: int
|-- customer_id: int
|-- total: double
|-- n_items: int

{"order_id": 1, "customer_id": 7, "total": 20.5, "n_items": 1}

Count: 1
""",
    ),
    Case(
        "Job of a SparkSession, DataFrames only",
        SESSION_FIRST
        + """
df = spark.createDataFrame([("a", 1), ("b", 2)], ["k", "v"])
frame = DynamicFrame.fromDF(df.withColumn("d", lit("2024-01-01").cast("date")), glue_context, "df")
print(frame.toDF().dtypes, job.isInitialized())
job.commit()
""",
        prints="[('k', 'string'), ('v', 'bigint'), ('d', 'date')] True\n",
    ),
    Case(
        "typed columns of a csv table",
        GET_OR_CREATE
        + READ_USERS
        + """
users.printSchema()
users.show(1)
print([tuple(row) for row in users.toDF().orderBy("id").collect()][1])
""",
        files=USERS,
        tables=(TABLE,),
        prints="""\
root
|-- id: int
|-- name: string
|-- signed_up: date
|-- active: boolean
|-- score: double

{"id": 1, "name": "Ann", "signed_up": "2024-01-02", "active": true, "score": 1.5}

(2, 'Bob', None, False, None)
""",
    ),
    Case(
        "a filter with a named function, and one with a closure",
        GET_OR_CREATE
        + ORDERS
        + """
minimum = 1
def is_big(order):
    return order["total"] > minimum and len(order["items"]) > 0
print(Filter.apply(frame=orders, f=is_big, transformation_ctx="big").count())
two = orders.filter(lambda x: x["items"][0]["qty"] == 2 if x["items"] else False)
print(two.toDF().select("order_id").collect())
""",
        files=SHOP,
        prints="1\n[Row(order_id=1)]\n",
    ),
    Case(
        "a map that adds, changes and removes fields",
        GET_OR_CREATE
        + ORDERS
        + """
import datetime
def change(rec):
    rec["vat"] = round(rec["total"] * 0.19, 2)
    rec["first"] = rec["items"][0]["sku"] if rec["items"] else None
    rec["day"] = datetime.date(2024, 1, rec["order_id"])
    del rec["items"]
    return rec
changed = Map.apply(frame=orders, f=change)
changed.printSchema()
changed.show()
""",
        files=SHOP,
        prints="""\
root
|-- order_id: int
|-- customer_id: int
|-- total: double
|-- vat: double
|-- first: string
|-- day: date

{"order_id": 1, "customer_id": 7, "total": 20.5, "vat": 3.9, "first": "a", "day": "2024-01-01"}
{"order_id": 2, "customer_id": 8, "total": 0.5, "vat": 0.1, "day": "2024-01-02"}

""",
    ),
    Case(
        "explode by relationalize, then join back",
        GET_OR_CREATE
        + ORDERS
        + """
tables = orders.relationalize("orders", "s3://course-shop/tmp/")
root, items = tables.select("orders"), tables.select("orders_items")
items = items.rename_field("`items.val.sku`", "sku").rename_field("`items.val.qty`", "qty")
joined = Join.apply(root, items.rename_field("id", "item_of"), "items", "item_of")
print([tuple(row) for row in joined.toDF().select("order_id", "sku", "qty").collect()])
""",
        files=SHOP,
        prints="[(1, 'a', 2)]\n",
    ),
    Case(
        "partitioned parquet and dynamic overwrite by Spark beside it",
        GET_OR_CREATE
        + ORDERS
        + """
glueContext.write_dynamic_frame.from_options(
    frame=orders.drop_fields(["items"]),
    connection_type="s3",
    connection_options={"path": "s3://course-parquet/orders/", "partitionKeys": ["customer_id"]},
    format="glueparquet",
    format_options={"compression": "gzip"},
)
orders.toDF().drop("items").where("order_id = 2").withColumn("total", orders.toDF()["total"] * 0).write.mode(
    "overwrite"
).partitionBy("customer_id").parquet("s3://course-parquet/orders/")
""",
        files=SHOP,
        writes={
            "s3://course-parquet/orders/": [
                {"order_id": 1, "total": 20.5, "customer_id": "7"},
                {"order_id": 2, "total": 0.0, "customer_id": "8"},
            ]
        },
    ),
    Case(
        "arguments, the logger, and an early end",
        """\
import sys
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
logger = glueContext.get_logger()
logger.info("started " + args["JOB_NAME"])
frame = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://course-shop/nothing/"]}, "json")
if frame.count() == 0:
    print("nothing to do for", args["JOB_NAME"])
    sys.exit(0)
print("not reached")
""",
        files=SHOP,
        prints="nothing to do for a job\n",
    ),
    Case(
        "nested json flattened with ApplyMapping",
        GET_OR_CREATE
        + """
events = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://course-events/"], "recurse": True}, format="json"
)
flat = events.apply_mapping(
    [
        ("detail.user.id", "int", "user_id", "bigint"),
        ("detail.user.name", "string", "user_name", "string"),
        ("detail.at", "string", "at", "timestamp"),
        ("tags", "array", "tags", "array"),
    ]
)
print(flat.toDF().dtypes)
print(flat.toDF().first())
""",
        files={
            "s3://course-events/2024/01/a.json": (
                '{"detail": {"user": {"id": 5, "name": "Ann"}, "at": "2024-01-02T03:04:05Z"},'
                ' "tags": ["x"]}\n'
            )
        },
        prints="""\
[('user_id', 'bigint'), ('user_name', 'string'), ('at', 'timestamp'), ('tags', 'array<string>')]
Row(user_id=5, user_name='Ann', at=datetime.datetime(2024, 1, 2, 3, 4, 5), tags=['x'])
""",
    ),
    Case(
        "several outputs of one collection",
        GET_OR_CREATE
        + ORDERS
        + """
split = SplitRows.apply(orders, {"total": {">": 1.0}}, "big", "small")
for name in ("big", "small"):
    frame = SelectFromCollection.apply(dfc=split, key=name)
    glueContext.write_dynamic_frame.from_options(
        frame.select_fields(["order_id"]), "s3", {"path": f"s3://course-split/{name}/"}, "csv"
    )
""",
        files=SHOP,
        writes={
            "s3://course-split/big/": [{"order_id": "1"}],
            "s3://course-split/small/": [{"order_id": "2"}],
        },
    ),
    Case(
        "a schema given and printed, a frame with it",
        GET_OR_CREATE
        + ORDERS
        + """
schema = orders.schema()
print([field.name for field in schema], schema.field_map["total"].dataType.typeName())
again = orders.with_frame_schema(schema)
print(again.schema() == schema, again.count())
""",
        files=SHOP,
        prints="['order_id', 'customer_id', 'items', 'total'] double\nTrue 2\n",
    ),
    Case(
        "a stream's batches through forEachBatch",
        GET_OR_CREATE
        + """
seen = []
def handle(data_frame, batch_id):
    if data_frame.count() > 0:
        seen.append(sorted(row["value"] for row in data_frame.collect()))
stream = spark.readStream.schema("value int").json("s3://course-stream/in/")
try:
    options = {"checkpointLocation": "s3://course-stream/c/"}
    glueContext.forEachBatch(frame=stream, batch_function=handle, options=options)
except Exception as error:
    print(error)
""",
        files={"s3://course-stream/in/a.json": '{"value": 1}\n'},
        prints="Missing windowSize argument\n",
    ),
    Case(
        "data types of every kind there and back",
        GET_OR_CREATE
        + """
df = spark.sql(
    "select cast(1 as tinyint) a, cast(2 as smallint) b, 3 c, 4L d, cast(1.5 as float) e, 2.5D f, "
    "cast(1.25 as decimal(10,3)) g, 'x' h, true i, date'2024-01-02' j, timestamp'2024-01-02 03:04:05' k, "
    "array(1, 2) l, map('k', 1) m, named_struct('n', 1) n, cast('z' as binary) o"
)
frame = DynamicFrame.fromDF(df, glueContext, "types")
frame.printSchema()
print(Map.apply(frame, lambda r: r).toDF().dtypes == df.dtypes)
print(frame.toDF().collect() == df.collect())
""",
        prints="""\
root
|-- a: byte
|-- b: short
|-- c: int
|-- d: long
|-- e: float
|-- f: double
|-- g: decimal
|-- h: string
|-- i: boolean
|-- j: date
|-- k: timestamp
|-- l: array
|    |-- element: int
|-- m: map
|    |-- keyType: string
|    |-- valueType: int
|-- n: struct
|    |-- n: int
|-- o: binary

True
True
""",
    ),
    Case(
        "upsert by mergeDynamicFrame into a new folder",
        GET_OR_CREATE
        + ORDERS
        + """
changes = DynamicFrame.fromDF(
    spark.createDataFrame([(2, 9.0), (3, 1.0)], "order_id int, total double"), glueContext, "changes"
)
merged = orders.select_fields(["order_id", "total"]).mergeDynamicFrame(changes, ["order_id"])
glueContext.write_dynamic_frame.from_options(merged, "s3", {"path": "s3://course-merge/orders/"}, "json")
""",
        files=SHOP,
        writes={
            "s3://course-merge/orders/": [
                {"order_id": 1, "total": 20.5},
                {"order_id": 2, "total": 9.0},
                {"order_id": 3, "total": 1.0},
            ]
        },
    ),
    Case(
        "resolveChoice on columns that have no choice",
        GET_OR_CREATE
        + ORDERS
        + """
typed = customers.resolveChoice(specs=[("customer_id", "cast:long"), ("country", "project:string")])
typed.printSchema()
print(ResolveChoice.apply(typed, choice="cast:string").toDF().dtypes)
for wrong in ({}, {"specs": [("a", "cast:int")], "choice": "make_cols"}, {"choice": "make_money"}):
    try:
        customers.union(orders.select_fields(["customer_id"])).resolveChoice(**wrong)
    except Exception as error:
        print(type(error).__name__, str(error)[:50])
""",
        files=SHOP,
        prints="""\
root
|-- customer_id: long
|-- name: string
|-- country: string

[('customer_id', 'bigint'), ('name', 'string'), ('country', 'string')]
Exception Parameter specs and option are both missing, add o
Exception Parameter specs and option are both specified, cho
ValueError Expected an action of ResolveChoice (cast:TYPE, pr
""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
