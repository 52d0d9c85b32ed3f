"""Where frames come from: files of each format with the options that scripts use, and the Data Catalog."""

from __future__ import annotations

import gzip
import json

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table

READ = """
def read(format, paths, options={}, **format_options):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="s3",
        connection_options={"paths": paths, **options},
        format=format,
        format_options=format_options,
    )

def rows(frame, *names):
    return sorted((tuple(row[name] for name in names) for row in frame.toDF().collect()), key=str)
"""
CSV_OPTIONS = Case(
    "csv: separators, quotes, headers, lines in quotes",
    HEAD
    + READ
    + """
print(rows(read("csv", ["s3://src-csv/plain/"]), "col0", "col1"))
print(rows(read("csv", ["s3://src-csv/pipes/"], separator="|", withHeader=True), "a", "b"))
print(rows(read("csv", ["s3://src-csv/pipes/"], separator="|", quoteChar=-1, withHeader=True), "a", "b"))
print(rows(read("csv", ["s3://src-csv/pipes/"], separator="|", skipFirst=True), "col0", "col1"))
print(rows(read("csv", ["s3://src-csv/lines/"], withHeader=True, multiLine=True), "id", "text"))
print(rows(read("csv", ["s3://src-csv/escaped/"], escaper="\\\\"), "col0", "col1"))
print(read("csv", ["s3://src-csv/lines/"], withHeader=True, multiLine=True).count())
""",
    files={
        "s3://src-csv/plain/a.csv": "1,x\n2,\n",
        "s3://src-csv/pipes/a.csv": 'a|b\n"1"|x, y\n',
        "s3://src-csv/lines/a.csv": 'id,text\r\n1,"two\nlines"\r\n2,"a ""quoted"" word"\r\n',
        "s3://src-csv/escaped/a.csv": '1,"a \\" b"\n',
    },
    prints="""\
[('1', 'x'), ('2', '')]
[('1', 'x, y')]
[('"1"', 'x, y')]
[('1', 'x, y')]
[('1', 'two\\nlines'), ('2', 'a "quoted" word')]
[('1', 'a " b')]
2
""",
)
FOLDERS = Case(
    "folders: recurse, exclusions, hidden files, compression, several paths, none",
    HEAD
    + READ
    + """
where = ["s3://src-folders/in/"]
print(rows(read("json", where), "n"))
print(rows(read("json", where, {"recurse": True}), "n"))
print(rows(read("json", where, {"recurse": "true", "exclusions": '["**.gz", "deep/**"]'}), "n"))
print(rows(read("json", ["s3://src-folders/in/a.json", "s3://src-folders/in/deep/"]), "n"))
print(rows(read("json", ["s3://src-folders/in/*.json"]), "n"))
grouped = {"recurse": True, "groupFiles": "inPartition", "groupSize": "1048576", "compressionType": "gzip"}
print(read("json", where, grouped).count())
empty = read("json", ["s3://src-folders/nothing/"])
print(empty.count(), empty.toDF().columns)
empty.printSchema()
print(read("parquet", ["s3://src-folders/nothing/"]).count())
glueContext.write_dynamic_frame.from_options(
    frame=empty, connection_type="s3", connection_options={"path": "s3://src-folders/out/"}, format="parquet"
)
""",
    files={
        "s3://src-folders/in/a.json": '{"n": 1}\n',
        "s3://src-folders/in/_SUCCESS": "",
        "s3://src-folders/in/.hidden.json": '{"n": 99}\n',
        "s3://src-folders/in/b.json.gz": gzip.compress(b'{"n": 2}\n'),
        "s3://src-folders/in/deep/c.json": '{"n": 3}\n',
        "s3://src-folders/in/other/d.json": '{"n": 4}\n',
    },
    prints="""\
[(1,), (2,)]
[(1,), (2,), (3,), (4,)]
[(1,), (4,)]
[(1,), (3,)]
[(1,)]
4
0 []
root

0
""",
    writes={"s3://src-folders/out/": []},
)
PARTITIONS = Case(
    "folders like year=2024 are columns",
    HEAD
    + READ
    + """
frame = read("json", ["s3://src-partitions/in/"], {"recurse": True})
frame.printSchema()
print(rows(frame, "n", "year", "month"))
""",
    files={
        "s3://src-partitions/in/year=2023/month=12/a.json": '{"n": 1}\n',
        "s3://src-partitions/in/year=2024/month=01/a.json": '{"n": 2}\n',
    },
    prints="""\
root
|-- n: int
|-- year: string
|-- month: string

[(1, '2023', '12'), (2, '2024', '01')]
""",
)
JSON_SHAPES = Case(
    "json: arrays, whole files, a path inside, missing fields",
    HEAD
    + READ
    + """
print(rows(read("json", ["s3://src-json/array/"]), "n"))
print(rows(read("json", ["s3://src-json/uneven/"]), "n", "late"))
print(rows(read("json", ["s3://src-json/pretty/"], multiLine=True), "n"))
print(rows(read("json", ["s3://src-json/path/"], multiline="true", jsonPath="$.data.items[*]"), "n"))
sparse = read("json", ["s3://src-json/sparse/"])
sparse.printSchema()
print(rows(sparse, "a", "b", "c"))
""",
    files={
        "s3://src-json/array/a.json": '[{"n": 1}, {"n": 2}]\n{"n": 3}\n',
        "s3://src-json/uneven/a.json": '[{"n": 1}, {"n": 9999999999, "late": "x"}]',
        "s3://src-json/pretty/a.json": json.dumps([{"n": 1}, {"n": 2}], indent=2),
        "s3://src-json/pretty/b.json": json.dumps({"n": 3}, indent=2),
        "s3://src-json/path/a.json": json.dumps({"data": {"items": [{"n": 7}, {"n": 8}]}}, indent=1),
        "s3://src-json/sparse/a.json": '{"b": 1.5, "a": "x"}\n{"c": 9999999999, "a": null}\n',
    },
    prints="""\
[(1,), (2,), (3,)]
[(1, None), (9999999999, 'x')]
[(1,), (2,), (3,)]
[(7,), (8,)]
root
|-- b: double
|-- a: string
|-- c: long

[('x', 1.5, None), (None, None, 9999999999)]
""",
)
CHOICES = Case(
    "json: choices where records disagree",
    HEAD
    + READ
    + """
frame = read("json", ["s3://src-choices/"])
frame.printSchema()
frame.show()
print(frame.toDF().schema["price"].dataType.simpleString())
for action in ("cast:double", "cast:string", "project:int", "project:double", "make_struct"):
    resolved = ResolveChoice.apply(frame, specs=[("price", action)])
    print(action, [row[0] for row in resolved.toDF().orderBy("id").select("price").collect()])
cols = ResolveChoice.apply(frame, choice="make_cols")
cols.printSchema()
print(cols.toDF().orderBy("id").select("price_int", "price_string").collect())
inside = frame.resolveChoice(specs=[("myList[].price", "cast:double")])
print([row[0] for row in inside.toDF().orderBy("id").select("myList.price").collect()])
print(frame.toDF([]).count(), [f.name for f in frame.schema().fields])
print(frame.schema().field_map["price"].dataType)
""",
    files={
        "s3://src-choices/a.json": """\
{"id": 1, "price": 10, "myList": [{"price": 100.00}, {"price": "$100.00"}], "o": {"a": 1}}
{"id": 2, "price": 10.5, "myList": [], "o": "text"}
{"id": 3, "price": "12", "o": null}
{"id": 4, "price": "n/a"}
"""
    },
    prints="""\
root
|-- id: int
|-- price: choice
|    |-- double
|    |-- int
|    |-- string
|-- myList: array
|    |-- element: struct
|    |    |-- price: choice
|    |    |    |-- double
|    |    |    |-- string
|-- o: choice
|    |-- string
|    |-- struct
|    |    |-- a: int

{"id": 1, "price": 10, "myList": [{"price": 100.0}, {"price": "$100.00"}], "o": {"a": 1}}
{"id": 2, "price": 10.5, "myList": [], "o": "text"}
{"id": 3, "price": "12"}
{"id": 4, "price": "n/a"}

struct<double:double,int:int,string:string>
cast:double [10.0, 10.5, 12.0, None]
cast:string ['10', '10.5', '12', 'n/a']
project:int [10, None, None, None]
project:double [None, 10.5, None, None]
make_struct [Row(double=None, int=10, string=None), Row(double=10.5, int=None, string=None), \
Row(double=None, int=None, string='12'), Row(double=None, int=None, string='n/a')]
root
|-- id: int
|-- price_double: double
|-- price_int: int
|-- price_string: string
|-- myList: array
|    |-- element: struct
|    |    |-- price_double: double
|    |    |-- price_string: string
|-- o_string: string
|-- o_struct: struct
|    |-- a: int

[Row(price_int=10, price_string=None), Row(price_int=None, price_string=None), \
Row(price_int=None, price_string='12'), Row(price_int=None, price_string='n/a')]
[[100.0, None], [], None, None]
4 ['id', 'price', 'myList', 'o']
ChoiceType([DoubleType({}),IntegerType({}),StringType({})], {})
""",
)
COLUMNAR = Case(
    "parquet and orc, and the ways to a source",
    HEAD
    + READ
    + """
from pyspark.sql import Row
df = spark.createDataFrame([Row(id=1, name="a", tags=["x"]), Row(id=2, name="b", tags=[])])
frame = DynamicFrame.fromDF(df, glueContext, "frame")
for format in ("parquet", "orc"):
    sink = glueContext.getSink("s3", format, path=f"s3://src-columnar/{format}/")
    sink.writeFrame(frame)
    again = read(format, [f"s3://src-columnar/{format}/"])
    again.printSchema()
    print(rows(again, "id", "name", "tags"))
source = glueContext.getSource("s3", paths=["s3://src-columnar/parquet/"], format="parquet")
print(source.name)
source.setFormat("parquet")
print(source.getFrame().count(), source.getSampleFrame(1).count())
rdd = sc.parallelize([Row(id=5), Row(id=6)])
print(rows(glueContext.create_dynamic_frame.from_rdd(rdd, "numbers"), "id"))
print(frame.name, frame.toDF().columns, frame.getNumPartitions() > 0, frame.repartition(3).getNumPartitions())
print(Coalesce.apply(Repartition.apply(frame, 3), 1).getNumPartitions())
""",
    writes={
        "s3://src-columnar/parquet/": [
            {"id": 1, "name": "a", "tags": ["x"]},
            {"id": 2, "name": "b", "tags": []},
        ]
    },
    prints="""\
root
|-- id: long
|-- name: string
|-- tags: array
|    |-- element: string

[(1, 'a', ['x']), (2, 'b', [])]
root
|-- id: long
|-- name: string
|-- tags: array
|    |-- element: string

[(1, 'a', ['x']), (2, 'b', [])]
src-columnarparquet
2 1
[(5,), (6,)]
frame ['id', 'name', 'tags'] True 3
1
""",
)
SALES = Table(
    "sources.sales",
    "s3://src-catalog/sales/",
    {"order id": "int", "amount": "decimal(8,2)", "at": "timestamp"},
    "csv",
    keys={"year": "int", "month": "string"},
    partitions={
        (year, month): f"s3://src-catalog/sales/year={year}/month={month}/"
        for year, month in (("2023", "12"), ("2024", "01"), ("2024", "02"))
    },
    serde={"field.delim": "|"},
)
UNNAMED = Table(
    "sources.unnamed",
    "s3://src-catalog/unnamed/",
    {"n": "bigint"},
    "json",
    keys={"partition_0": "string"},
    partitions={("eu",): "s3://src-catalog/unnamed/eu/", ("us",): "s3://src-catalog/unnamed/us/"},
)
CATALOG = Case(
    "catalog: partitions, predicates, types, names with spaces",
    HEAD
    + READ
    + """
def sales(**options):
    return glueContext.create_dynamic_frame.from_catalog(database="sources", table_name="sales", **options)

sales().printSchema()
print(rows(sales(), "order id", "amount", "year", "month"))
print(rows(sales(push_down_predicate="(year == '2024' and month >= '02')"), "order id"))
print(rows(sales(push_down_predicate="year = 2024 and month in ('01')"), "order id"))
print(rows(sales(additional_options={"catalogPartitionPredicate": "year='2023'"}), "order id"))
nothing = sales(push_down_predicate="year = 1999")
print(nothing.count())
unnamed = glueContext.create_dynamic_frame.from_catalog(name_space="sources", table_name="unnamed")
unnamed.printSchema()
print(rows(unnamed, "n", "partition_0"), unnamed.name)
df = glueContext.create_data_frame.from_catalog(database="sources", table_name="sales")
print(type(df).__name__, df.where("year = 2023").count())
by_spark = {"useSparkDataSource": True, "sep": "|"}
df = glueContext.create_data_frame.from_catalog(
    database="sources",
    table_name="sales",
    push_down_predicate="year = 2024",
    additional_options={**by_spark, "useCatalogSchema": True},
)
print(sorted(tuple(row) for row in df.collect()))
inferred = glueContext.create_data_frame.from_catalog(
    database="sources", table_name="sales", additional_options=by_spark
)
print(inferred.dtypes, inferred.count())
print(glueContext.create_sample_dynamic_frame_from_catalog("sources", "sales", num=2).count())
print(glueContext.get_catalog_schema_as_spark_schema("sources", "unnamed").simpleString())
""",
    files={
        "s3://src-catalog/sales/year=2023/month=12/a.csv": "1|10.50|2023-12-31 23:59:59\n",
        "s3://src-catalog/sales/year=2024/month=01/a.csv": "2|7|2024-01-01 00:00:00\n",
        "s3://src-catalog/sales/year=2024/month=02/a.csv": "3||\n",
        "s3://src-catalog/unnamed/eu/a.json": '{"n": 1}\n',
        "s3://src-catalog/unnamed/us/a.json": '{"n": 2}\n',
    },
    tables=(SALES, UNNAMED),
    prints="""\
root
|-- order id: int
|-- amount: decimal
|-- at: timestamp
|-- year: int
|-- month: string

[(1, Decimal('10.50'), 2023, '12'), (2, Decimal('7.00'), 2024, '01'), (3, None, 2024, '02')]
[(3,)]
[(2,)]
[(1,)]
0
root
|-- n: long
|-- partition_0: string

[(1, 'eu'), (2, 'us')] unnamed
DataFrame 1
[(2, Decimal('7.00'), datetime.datetime(2024, 1, 1, 0, 0), 2024, '01'), (3, None, None, 2024, '02')]
[('_c0', 'string'), ('_c1', 'string'), ('_c2', 'string'), ('year', 'int'), ('month', 'int')] 3
2
struct<n:bigint,partition_0:string>
""",
)
REFUSED = Case(
    "what is not here says so",
    HEAD
    + READ
    + """
def told(call):
    try:
        print("worked", call())
    except Exception as error:
        print(type(error).__name__, str(error).split(".")[0])

told(lambda: read("xml", ["s3://src-refused/a.avro"]))
told(lambda: read("grokLog", ["s3://src-refused/a.avro"]))
told(lambda: glueContext.create_dynamic_frame.from_options("s3", {"paths": []}, "json"))
told(lambda: glueContext.create_dynamic_frame.from_options("kinesis", {}))
told(lambda: read("json", ["s3://src-refused/a.avro"], attachFilename="file"))
told(lambda: glueContext.create_dynamic_frame.from_catalog(database="sources"))
""",
    files={"s3://src-refused/a.avro": "Obj"},
    prints="""\
ValueError Expected the "rowTag" of the records in the options of the format xml, found none
NotImplementedError Reading the format groklog is not here: expected one of csv, json, parquet, orc, \
avro, xml
ValueError Expected connection_options with "paths" and a format such as csv, json or parquet, found \
paths=[], format='json'
NotImplementedError DynamicFrameReader
NotImplementedError The option attachFilename is not here: add the column with Spark, as in frame
Exception Parameter table_name is missing
""",
)
BUCKET_ALONE = Case(
    "a bucket alone, without a slash behind it",
    HEAD
    + READ
    + """
print(spark.read.format("json").load("s3a://src-alone").collect(), spark.read.json("s3://src-alone").count())
print(spark.read.text(["s3://src-alone"]).count(), read("json", ["s3://src-alone"]).count())
days = read("json", ["s3://src-alone-days"])
print(rows(days, "id", "day"), rows(read("json", ["s3://src-alone-days/"]), "id", "day"))
catalog = glueContext.create_dynamic_frame.from_catalog
print(rows(catalog(database="sources_alone", table_name="days"), "id", "day"))

by_day = {"partitionKeys": ["day"]}
glueContext.write_dynamic_frame.from_options(days, "s3", {"path": "s3://src-alone-out", **by_day}, "json")
sink = glueContext.getSink("s3", path="s3://src-alone-sink", enableUpdateCatalog=True, **by_day)
sink.setCatalogInfo(catalogDatabase="sources_alone", catalogTableName="written")
sink.setFormat("json")
sink.writeFrame(days)
print(rows(catalog(database="sources_alone", table_name="written"), "id", "day"))
try:
    days.toDF().write.json("s3://src-alone-out")
except Exception as error:
    print(str(error).split(".")[0])
""",
    files={
        "s3://src-alone/a.json": '{"id": 1}\n',
        "s3://src-alone-days/day=2024-01-01/a.json": '{"id": 2}\n',
    },
    tables=(
        Table(
            "sources_alone.days",
            "s3://src-alone-days",
            {"id": "int"},
            "json",
            {"day": "string"},
            {("2024-01-01",): "s3://src-alone-days/day=2024-01-01"},
        ),
    ),
    prints="""\
[Row(id=1)] 1
1 1
[(2, '2024-01-01')] [(2, '2024-01-01')]
[(2, '2024-01-01')]
[(2, '2024-01-01')]
[PATH_ALREADY_EXISTS] Path s3://src-alone-out/ already exists
""",
    writes={
        "s3://src-alone-out/": [{"id": 2, "day": "2024-01-01"}],
        "s3://src-alone-sink/": [{"id": 2, "day": "2024-01-01"}],
    },
)
# As Glue Studio writes it: the frame of a stream, and a function for each batch of it.
STREAM_TABLE = Case(
    "a table of a stream is refused by its name",
    HEAD
    + """
clicks = glueContext.create_data_frame.from_catalog(
    database="sources_streams",
    table_name="clicks",
    transformation_ctx="clicks",
    additional_options={"startingPosition": "TRIM_HORIZON", "inferSchema": "false"},
)
def processBatch(data_frame, batchId):
    print(batchId)
glueContext.forEachBatch(
    frame=clicks,
    batch_function=processBatch,
    options={"windowSize": "100 seconds", "checkpointLocation": "s3://src-streams/checkpoint/"},
)
""",
    tables=(
        Table(
            "sources_streams.clicks", "clicks", {"id": "int"}, "json", parameters={"typeOfData": "kinesis"}
        ),
    ),
    fails="NotImplementedError: DataFrameReader.from_catalog for 'kinesis stream sources_streams.clicks' is "
    "not here. Instead read a sample of its records from files, as in "
    'spark.read.json("s3://bucket/sample/"), and give that to the function that takes a batch; '
    "or run this job on AWS.",
)
SHARES = Case(
    "a table of a database is read by several queries, each row by one of them",
    HEAD
    + """
from awsglue.dynamicframe import DynamicFrame

table = {
    "url": "jdbc:derby:memory:shares;create=true",
    "customJdbcDriverClassName": "org.apache.derby.jdbc.EmbeddedDriver",
    "dbtable": "numbers",
}
numbers = [(None,), (-7,), (-1,), (0,), (1,), (2,), (3,)]
df = glueContext.spark_session.createDataFrame(numbers, "N int")
glueContext.write_dynamic_frame.from_options(
    DynamicFrame.fromDF(df, glueContext, "n"), "custom.jdbc", table
)

def read(**options):
    return glueContext.create_dynamic_frame.from_options("custom.jdbc", {**table, **options})

shares = read(hashexpression="N", hashpartitions="3")
print(shares.toDF().rdd.glom().map(lambda rows: sorted((row["N"] for row in rows), key=str)).collect())
print(read(hashexpression="N").getNumPartitions(), read(hashfield="N").getNumPartitions())
try:
    read(hashexpression="N", hashpartitions="0")
except ValueError as error:
    print(error)
""",
    prints="""\
[[0, 3, None], [-1, -7, 1], [2]]
7 1
Expected a number of partitions of 1 or more in "hashpartitions", found '0'.
""",
)
AVRO_AND_XML = Case(
    "avro there and back, as files and as a table; xml by the tag of its records",
    HEAD
    + READ
    + """
df = spark.createDataFrame([(1, "Ann", [1, 2]), (2, None, [])], "id int, name string, tags array<int>")
import boto3
boto3.client("glue").create_database(DatabaseInput={"Name": "avro_there"})
sink = glueContext.getSink("s3", path="s3://src-avro/out/", enableUpdateCatalog=True)
sink.setCatalogInfo(catalogDatabase="avro_there", catalogTableName="people")
sink.setFormat("avro")
sink.writeFrame(DynamicFrame.fromDF(df, glueContext, "people"))
people = read("avro", ["s3://src-avro/out/"])
people.printSchema()
print(rows(people, "id", "name", "tags"))
table = glueContext.create_dynamic_frame.from_catalog("avro_there", "people")
print(rows(table, "id", "name", "tags") == rows(people, "id", "name", "tags"))

books = read("xml", ["s3://src-xml/in/"], rowTag="book")
books.printSchema()
print(rows(books, "_id", "title", "author"))
print(rows(read("xml", ["s3://src-xml/in/"], rowTag="book", excludeAttribute=True), "title"))

import json
from awsglue.gluetypes import Field, StringType, StructType

given = json.dumps(StructType([Field("title", StringType()), Field("_id", StringType())]).jsonValue())
books = read("xml", ["s3://src-xml/in/"], rowTag="book", withSchema=given)
books.printSchema()
print(rows(books, "_id", "title"))
text = spark.createDataFrame([('{"title": "One", "more": 1}',)], "book string")
Unbox.apply(DynamicFrame.fromDF(text, glueContext, "text"), "book", "json", withSchema=given).show()
""",
    files={
        "s3://src-xml/in/a.xml": (
            '<shelf><book id="1"><title>One</title><author>Ann</author><author>Bob</author></book>'
            '<book id="2"><title> Two </title></book></shelf>'
        ),
        "s3://src-avro/readme": "x",
        "s3://src-xml/in/b.xml": '<shelf><book id="3"><title>Three</title></book></shelf>',
    },
    prints="""\
root
|-- id: int
|-- name: string
|-- tags: array
|    |-- element: int

[(1, 'Ann', [1, 2]), (2, None, [])]
True
root
|-- _id: long
|-- author: array
|    |-- element: string
|-- title: string

[(1, 'One', ['Ann', 'Bob']), (2, ' Two ', None), (3, 'Three', None)]
[(' Two ',), ('One',), ('Three',)]
root
|-- title: string
|-- _id: string

[('1', 'One'), ('2', ' Two '), ('3', 'Three')]
{"book": {"title": "One"}}

""",
)
NESTED_CHOICES = Case(
    "choices in structs, in arrays, and in arrays of structs, resolved by their paths",
    HEAD
    + READ
    + """
def fresh():
    return read("json", ["s3://src-nested/"])

fresh().printSchema()
specs = [("codes[]", "cast:string"), ("shop.zip", "cast:string"), ("lines[].price", "cast:double")]
print(fresh().resolveChoice(specs=specs).toDF().dtypes)
print(rows(fresh().resolveChoice(specs=specs), "codes", "shop", "lines"))
print(rows(fresh().resolveChoice(specs=[("lines[].price", "project:string")]), "lines"))
print(fresh().resolveChoice(specs=[("shop.zip", "make_cols")]).toDF().select("shop.*").columns)
print(rows(fresh().resolveChoice(specs=[("lines[].price", "make_cols")]), "lines"))
print(fresh().resolveChoice(choice="make_struct").toDF().dtypes)
print(ResolveChoice.apply(fresh(), choice="cast:string").toDF().dtypes)
""",
    files={
        "s3://src-nested/a.json": (
            '{"codes": [1], "shop": {"zip": 12345}, "lines": [{"price": 2}, {"price": "3.5"}]}\n'
            '{"codes": ["x"], "shop": {"zip": "02139"}, "lines": []}\n'
        )
    },
    prints="""\
root
|-- codes: array
|    |-- element: choice
|    |    |-- int
|    |    |-- string
|-- shop: struct
|    |-- zip: choice
|    |    |-- int
|    |    |-- string
|-- lines: array
|    |-- element: struct
|    |    |-- price: choice
|    |    |    |-- int
|    |    |    |-- string

[('codes', 'array<string>'), ('shop', 'struct<zip:string>'), ('lines', 'array<struct<price:double>>')]
[(['1'], Row(zip='12345'), [Row(price=2.0), Row(price=3.5)]), (['x'], Row(zip='02139'), [])]
[([Row(price=None), Row(price='3.5')],), ([],)]
['zip_int', 'zip_string']
[([Row(price_int=2, price_string=None), Row(price_int=None, price_string='3.5')],), ([],)]
[('codes', 'array<struct<int:int,string:string>>'), ('shop', 'struct<zip:struct<int:int,string:string>>'), \
('lines', 'array<struct<price:struct<int:int,string:string>>>')]
[('codes', 'array<string>'), ('shop', 'struct<zip:string>'), ('lines', 'array<struct<price:string>>')]
""",
)
CASES = [
    AVRO_AND_XML,
    NESTED_CHOICES,
    SHARES,
    BUCKET_ALONE,
    STREAM_TABLE,
    CSV_OPTIONS,
    FOLDERS,
    PARTITIONS,
    JSON_SHAPES,
    CHOICES,
    COLUMNAR,
    CATALOG,
    REFUSED,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
