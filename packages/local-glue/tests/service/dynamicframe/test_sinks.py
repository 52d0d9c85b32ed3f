"""Where frames go to: files, the Data Catalog kept up to date, DynamoDB, databases; and old files that go."""

from __future__ import annotations

import time
import uuid
from decimal import Decimal
from typing import Any

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table

SALES = """
from pyspark.sql import Row
df = spark.createDataFrame(
    [
        Row(id=1, name="a,b", year="2023"),
        Row(id=2, name=None, year="2024"),
        Row(id=3, name='say "x"', year="2024"),
    ]
)
sales = DynamicFrame.fromDF(df, glueContext, "sales")
"""
CSV = Case(
    "csv: header, separator, quotes, compression, partitions",
    HEAD
    + SALES
    + """
def write(name, options={}, **format_options):
    glueContext.write_dynamic_frame.from_options(
        frame=sales.coalesce(1),
        connection_type="s3",
        connection_options={"path": f"s3://sink-csv/{name}/", **options},
        format="csv",
        format_options=format_options,
    )

write("plain")
write("packed", {"compression": "gzip", "partitionKeys": ["year"]})
write("bare", writeHeader=False, separator="|", quoteChar=-1)
print(spark.read.text("s3://sink-csv/bare/").orderBy("value").collect()[0][0])
print(len([name for name in spark.read.text("s3://sink-csv/plain/").inputFiles() if "_SUCCESS" in name]))
""",
    prints="1|a,b|2023\n0\n",
    writes={
        "s3://sink-csv/plain/": [
            {"id": "1", "name": "a,b", "year": "2023"},
            {"id": "2", "name": "", "year": "2024"},
            {"id": "3", "name": 'say "x"', "year": "2024"},
        ],
        "s3://sink-csv/packed/": [
            {"id": "1", "name": "a,b", "year": "2023"},
            {"id": "2", "name": "", "year": "2024"},
            {"id": "3", "name": 'say "x"', "year": "2024"},
        ],
    },
)
CATALOG_UPDATE = Case(
    "getSink with enableUpdateCatalog makes a table, then columns and partitions",
    HEAD
    + SALES
    + """
import boto3
glue = boto3.client("glue")
glue.create_database(DatabaseInput={"Name": "sinks"})

def write(frame, table="made", behaviour="UPDATE_IN_DATABASE"):
    sink = glueContext.getSink(
        connection_type="s3",
        path=f"s3://sink-catalog/{table}/",
        enableUpdateCatalog=True,
        updateBehavior=behaviour,
        partitionKeys=["year"],
        transformation_ctx="sink",
    )
    sink.setFormat("glueparquet", compression="snappy")
    sink.setCatalogInfo(catalogDatabase="sinks", catalogTableName=table)
    print(type(sink.writeFrame(frame)).__name__)

def described(table="made"):
    found = glue.get_table(DatabaseName="sinks", Name=table)["Table"]
    columns = [(c["Name"], c["Type"]) for c in found["StorageDescriptor"]["Columns"]]
    partitions = sorted(
        (p["Values"][0], p["StorageDescriptor"]["Location"].split("/", 3)[3])
        for p in glue.get_partitions(DatabaseName="sinks", TableName=table)["Partitions"]
    )
    return columns, found["PartitionKeys"], partitions, found["Parameters"]["classification"]

write(sales)
print(described())
more = spark.createDataFrame([Row(id=4, name="d", price=1.5, year="2025")])
write(DynamicFrame.fromDF(more, glueContext, "more"))
print(described()[0], len(described()[2]))
other = spark.createDataFrame([Row(id=5, name="e", colour="red", year="2026")])
write(DynamicFrame.fromDF(other, glueContext, "other"), behaviour="LOG")
print(described()[0], len(described()[2]))
again = glueContext.create_dynamic_frame.from_catalog(database="sinks", table_name="made")
print(sorted((row["id"], row["year"]) for row in again.toDF().collect()))
glueContext.write_dynamic_frame.from_catalog(
    frame=DynamicFrame.fromDF(df.where("id = 1").withColumn("id", df["id"] + 10), glueContext, "late"),
    database="sinks",
    table_name="made",
    additional_options={"enableUpdateCatalog": True, "partitionKeys": ["year"]},
)
again = glueContext.create_dynamic_frame.from_catalog(database="sinks", table_name="made")
print(sorted((row["id"], row["year"]) for row in again.toDF().collect()))
""",
    prints="""\
DynamicFrame
([('id', 'bigint'), ('name', 'string')], [{'Name': 'year', 'Type': 'string'}], \
[('2023', 'made/year=2023/'), ('2024', 'made/year=2024/')], 'parquet')
DynamicFrame
[('id', 'bigint'), ('name', 'string'), ('price', 'double')] 3
DynamicFrame
[('id', 'bigint'), ('name', 'string'), ('price', 'double')] 3
[(1, '2023'), (2, '2024'), (3, '2024'), (4, '2025')]
[(1, '2023'), (2, '2024'), (3, '2024'), (4, '2025'), (11, '2023')]
""",
    writes={"s3://sink-catalog/nothing/": []},
)
CATALOG_TABLE = Case(
    "from_catalog writes in the table's format",
    HEAD
    + SALES
    + """
glueContext.write_dynamic_frame.from_catalog(
    frame=SelectFields.apply(sales, ["id", "year"]), database="sinks_existing", table_name="rows"
)
job.commit()
""",
    tables=(
        Table(
            "sinks_existing.rows",
            "s3://sink-existing/rows/",
            {"id": "bigint"},
            "json",
            keys={"year": "string"},
        ),
    ),
    writes={
        "s3://sink-existing/rows/": [
            {"id": 1, "year": "2023"},
            {"id": 2, "year": "2024"},
            {"id": 3, "year": "2024"},
        ]
    },
)
JDBC_SCRIPT = """
import boto3
url = "jdbc:derby:memory:shop;create=true"
driver = {"customJdbcDriverClassName": "org.apache.derby.jdbc.EmbeddedDriver"}
options = {"url": url, "user": "app", "password": "app", **driver}
glueContext.write_dynamic_frame.from_options(
    frame=DropFields.apply(sales, ["name"]),
    connection_type="custom.jdbc",
    connection_options={**options, "dbtable": "sales"},
)
def read(**more):
    frame = glueContext.create_dynamic_frame.from_options("custom.jdbc", {**options, **more})
    return sorted(tuple(row) for row in frame.toDF().collect())
print(read(dbtable="sales"))
query = 'select "id" from sales where "id" > 1'
print(read(query=query))
boto3.client("glue").create_connection(
    ConnectionInput={
        "Name": "shop",
        "ConnectionType": "JDBC",
        "ConnectionProperties": {"JDBC_CONNECTION_URL": url, "USERNAME": "app", "PASSWORD": "app"},
    }
)
glueContext.write_dynamic_frame.from_jdbc_conf(
    frame=DropFields.apply(sales, ["name"]),
    catalog_connection="shop",
    connection_options={"dbtable": "sales", **driver},
)
print(len(read(dbtable="sales")))
print(read(useConnectionProperties="true", connectionName="shop", dbtable="sales")[0])
print(glueContext.extract_jdbc_conf("shop")["vendor"])
"""
JDBC = Case(
    "jdbc: a table there and back, a query, a connection of the catalog",
    HEAD + SALES + JDBC_SCRIPT,
    prints="""\
[(1, '2023'), (2, '2024'), (3, '2024')]
[(2,), (3,)]
6
(1, '2023')
derby
""",
)
# Derby in the place of Redshift: what is asked of the driver is the same.
STATEMENTS_SCRIPT = """
options = {
    "url": "jdbc:derby:memory:warehouse;create=true",
    "customJdbcDriverClassName": "org.apache.derby.jdbc.EmbeddedDriver",
    "redshiftTmpDir": "s3://sink-statements/",
}
def write(**more):
    frame = SelectFields.apply(sales, ["id", "year"])
    glueContext.write_dynamic_frame.from_options(frame, "redshift", {**options, "dbtable": "days", **more})

def read(**more):
    frame = glueContext.create_dynamic_frame.from_options("redshift", {**options, "dbtable": "days", **more})
    return sorted(tuple(row) for row in frame.toDF().collect())

write(preactions="INSERT INTO days VALUES (9, 'of a table that is made first');")
print(len(read()))
write(
    preactions="DELETE FROM %s; INSERT INTO %s VALUES (7, '2020')",
    postactions='DELETE FROM days WHERE "id" = 1;',
)
print(read())
print(read(sampleQuery="SELECT * FROM days WHERE \\"id\\" < 4"))
half = "SELECT * FROM days WHERE \\"id\\" > 2 AND"
shares = {"enablePartitioningForSampleQuery": True, "hashexpression": "\\"id\\"", "hashpartitions": "2"}
print(read(sampleQuery=half, **shares))
try:
    write(preactions="DELETE FROM nothing_like_it")
except Exception as error:
    print("NOTHING_LIKE_IT" in str(error), len(read()))
"""
STATEMENTS = Case(
    "redshift: statements before and after a write; a sample query instead of a table",
    HEAD + SALES + STATEMENTS_SCRIPT,
    prints="""\
4
[(2, '2024'), (3, '2024'), (7, '2020')]
[(2, '2024'), (3, '2024')]
[(3, '2024'), (7, '2020')]
True 3
""",
)
CASES = [CSV, CATALOG_UPDATE, CATALOG_TABLE, JDBC, STATEMENTS]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)


DYNAMODB = (
    HEAD
    + """
from pyspark.sql import Row
df = spark.createDataFrame([Row(id="a", n=1, price=1.5, tags=["x"]), Row(id="b", n=2, price=None, tags=[])])
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(df, glueContext, "items"),
    connection_type="dynamodb",
    connection_options={"dynamodb.output.tableName": "TABLE", "dynamodb.throughput.write.percent": "1.0"},
)
items = glueContext.create_dynamic_frame.from_options(
    connection_type="dynamodb",
    connection_options={"dynamodb.input.tableName": "TABLE", "dynamodb.splits": "2"},
)
print(sorted((row["id"], row["n"], row["price"], row["tags"]) for row in items.toDF().collect()))
exported = glueContext.create_dynamic_frame.from_options(
    connection_type="dynamodb",
    connection_options={
        "dynamodb.export": "ddb",
        "dynamodb.tableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/TABLE",
        "dynamodb.s3.bucket": "any",
        "dynamodb.simplifyDDBJson": True,
    },
)
print(sorted((row["id"], row["n"]) for row in exported.toDF().collect()))
"""
)


def test_items_of_dynamodb_go_there_and_back(scripts: ScriptRunner) -> None:
    table = f"items-{uuid.uuid4().hex[:8]}"
    dynamodb: Any = scripts.service.aws("dynamodb")
    dynamodb.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    result = scripts.run(DYNAMODB.replace("TABLE", table))
    assert (result.error, result.output) == (
        "",
        "[('a', 1, 1.5, ['x']), ('b', 2, None, [])]\n[('a', '1'), ('b', '2')]\n",
    )
    stored = sorted(dynamodb.scan(TableName=table)["Items"], key=lambda item: item["id"]["S"])
    assert stored == [
        {"id": {"S": "a"}, "n": {"N": "1"}, "price": {"N": "1.5"}, "tags": {"L": [{"S": "x"}]}},
        {"id": {"S": "b"}, "n": {"N": "2"}, "tags": {"L": []}},
    ]
    assert Decimal(stored[0]["price"]["N"]) == Decimal("1.5")


PURGE = (
    HEAD
    + """
glueContext.purge_s3_path("s3://sink-purge/in/", {"retentionPeriod": 168})
glueContext.purge_s3_path(
    "s3://sink-purge/in/old/", {"retentionPeriod": 0, "manifestFilePath": "s3://sink-purge/manifest/"}
)
glueContext.purge_table(
    "sinks_purge", "days", {"retentionPeriod": 0, "partitionPredicate": "day < '2024-01-02'"}
)
"""
)


def test_old_files_go_and_a_partition_without_files_too(scripts: ScriptRunner) -> None:
    days: dict[tuple[str, ...], str] = {
        (f"2024-01-0{n}",): f"s3://sink-purge/days/day=2024-01-0{n}/" for n in (1, 2)
    }
    scripts.upload({f"{where}a.json": '{"n": 1}' for where in days.values()})
    scripts.upload({"s3://sink-purge/in/new.json": "{}", "s3://sink-purge/in/old/a.json": "{}"})
    table = Table("sinks_purge.days", "s3://sink-purge/days/", {"n": "int"}, "json", {"day": "string"}, days)
    scripts.create_table(table)
    time.sleep(1.1)  # S3 says when an object was written in whole seconds
    result = scripts.run(PURGE)
    assert (result.error, result.output) == ("", "")
    assert scripts.keys("sink-purge") == [
        "days/day=2024-01-02/a.json",
        "in/new.json",
        "manifest/Failed.csv",
        "manifest/Success.csv",
    ]
    left = scripts.service.aws("glue").get_partitions(DatabaseName="sinks_purge", TableName="days")[
        "Partitions"
    ]
    assert [one["Values"] for one in left] == [["2024-01-02"]]
