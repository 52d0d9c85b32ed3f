"""Scripts as tutorials build them up: one transform each, printed at every step."""

from __future__ import annotations

import pytest
from glue_service.glue_scripts import Case, ScriptRunner, Table

START = """\
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import *

sc = SparkContext.getOrCreate()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
"""
MOVIES = {
    "s3://tutorial/movies/movies.csv": (
        "movieId,title,genres\n1,Toy Story (1995),Animation|Children\n2,Heat (1995),Action\n3,Untitled,\n"
    )
}
READ_MOVIES = """
movies = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://tutorial/movies/movies.csv"]},
    format="csv",
    format_options={"withHeader": True},
)
"""
PEOPLE = {
    "s3://tutorial/people/part-0.json": (
        '{"id": 1, "name": {"first": "Ann", "last": "Lee"}, "phones": ["1", "2"], "state": "CA"}\n'
        '{"id": 2, "name": {"first": "Bob", "last": "Orr"}, "phones": [], "state": "NY"}\n'
    )
}
READ_PEOPLE = """
people = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://tutorial/people/"]}, format="json"
)
"""
CASES = [
    Case(
        "columns renamed in a loop",
        START
        + READ_MOVIES
        + """
for old, new in [("movieId", "movie_id"), ("genres", "genre list")]:
    movies = movies.rename_field(old, new)
movies.printSchema()
print(movies.toDF().select("movie_id", "genre list").first())
""",
        files=MOVIES,
        prints="""\
root
|-- movie_id: string
|-- title: string
|-- genre list: string

Row(movie_id='1', genre list='Animation|Children')
""",
    ),
    Case(
        "a column split into an array, then exploded in SQL expressions",
        START
        + READ_MOVIES
        + """
movies.toDF().createOrReplaceTempView("movies")
genres = spark.table("movies").where("genres != ''").selectExpr(
    "movieId",
    "explode(split(genres, '[|]')) as genre",
    "regexp_extract(title, '[(]([0-9]+)[)]', 1) as year",
)
print(sorted(tuple(row) for row in genres.collect()))
""",
        files=MOVIES,
        prints="[('1', 'Animation', '1995'), ('1', 'Children', '1995'), ('2', 'Action', '1995')]\n",
    ),
    Case(
        "pandas at the end",
        START
        + READ_MOVIES
        + """
frame = movies.select_fields(["movieId", "title"]).toDF().toPandas()
print(frame.to_string(index=False))
""",
        files=MOVIES,
        prints="""\
movieId            title
      1 Toy Story (1995)
      2      Heat (1995)
      3         Untitled
""",
    ),
    Case(
        "filter by a list, counted before and after",
        START
        + READ_PEOPLE
        + """
print("before:", people.count())
west = Filter.apply(frame=people, f=lambda x: x["state"] in ["CA", "WA"])
print("after:", west.count())
west.toDF().show()
""",
        files=PEOPLE,
        prints="""\
before: 2
after: 1
+---+----------+------+-----+
| id|      name|phones|state|
+---+----------+------+-----+
|  1|{Ann, Lee}|[1, 2]|   CA|
+---+----------+------+-----+

""",
    ),
    Case(
        "map that puts two fields together",
        START
        + READ_PEOPLE
        + """
def full_name(rec):
    rec["full_name"] = rec["name"]["first"] + " " + rec["name"]["last"]
    return rec

named = people.map(f=full_name).drop_fields(["name", "phones"])
named.toDF().orderBy("id").show()
""",
        files=PEOPLE,
        prints="""\
+---+-----+---------+
| id|state|full_name|
+---+-----+---------+
|  1|   CA|  Ann Lee|
|  2|   NY|  Bob Orr|
+---+-----+---------+

""",
    ),
    Case(
        "relationalize, each table written under its name",
        START
        + READ_PEOPLE
        + """
dfc = people.relationalize("people", "s3://tutorial-tmp/")
for df_name in dfc.keys():
    m_df = dfc.select(df_name)
    print("Writing to table:", df_name)
    glueContext.write_dynamic_frame.from_options(
        frame=m_df, connection_type="s3", connection_options={"path": "s3://tutorial-out/" + df_name + "/"},
        format="parquet",
    )
""",
        files=PEOPLE,
        prints="Writing to table: people\nWriting to table: people_phones\n",
        writes={
            "s3://tutorial-out/people/": [
                {"id": 1, "name.first": "Ann", "name.last": "Lee", "phones": 1, "state": "CA"},
                {"id": 2, "name.first": "Bob", "name.last": "Orr", "phones": 2, "state": "NY"},
            ],
            "s3://tutorial-out/people_phones/": [
                {"id": 1, "index": 0, "phones.val": "1"},
                {"id": 1, "index": 1, "phones.val": "2"},
            ],
        },
    ),
    Case(
        "unnest, then fields whose names have dots",
        START
        + READ_PEOPLE
        + """
flat = UnnestFrame.apply(frame=people)
flat.printSchema()
mapped = ApplyMapping.apply(
    flat, [("`name.first`", "string", "first", "string"), ("id", "int", "id", "string")]
)
mapped.show()
""",
        files=PEOPLE,
        prints="""\
root
|-- id: int
|-- name.first: string
|-- name.last: string
|-- phones: array
|    |-- element: string
|-- state: string

{"first": "Ann", "id": "1"}
{"first": "Bob", "id": "2"}

""",
    ),
    Case(
        "the four ways to resolve a choice",
        START
        + """
def claims():
    return glueContext.create_dynamic_frame.from_options(
        "s3", {"paths": ["s3://tutorial/claims/"]}, format="json"
    )

claims().printSchema()
for action in ("cast:long", "project:long", "project:string", "make_cols", "make_struct"):
    df = claims().resolveChoice(specs=[("provider id", action)]).toDF()
    print(action, df.dtypes, [tuple(row) for row in df.collect()])
""",
        files={
            "s3://tutorial/claims/a.json": (
                '{"provider id": 5000000000}\n{"provider id": "17"}\n{"provider id": "x"}\n'
            )
        },
        prints="""\
root
|-- provider id: choice
|    |-- long
|    |-- string

cast:long [('provider id', 'bigint')] [(5000000000,), (17,), (None,)]
project:long [('provider id', 'bigint')] [(5000000000,), (None,), (None,)]
project:string [('provider id', 'string')] [(None,), ('17',), ('x',)]
make_cols [('provider id_long', 'bigint'), ('provider id_string', 'string')] \
[(5000000000, None), (None, '17'), (None, 'x')]
make_struct [('provider id', 'struct<long:bigint,string:string>')] \
[(Row(long=5000000000, string=None),), (Row(long=None, string='17'),), (Row(long=None, string='x'),)]
""",
    ),
    Case(
        "json in a column of csv: unbox",
        START
        + """
logs = glueContext.create_dynamic_frame.from_options(
    "s3",
    {"paths": ["s3://tutorial/logs/"]},
    format="csv",
    format_options={"withHeader": True, "separator": "|", "quoteChar": -1},
)
unboxed = Unbox.apply(frame=logs, path="payload", format="json")
unboxed.printSchema()
print([tuple(row) for row in unboxed.toDF().select("id", "payload.level", "payload.ms").collect()])
""",
        files={
            "s3://tutorial/logs/a.txt": (
                'id|payload\n1|{"level": "info", "ms": 12}\n2|{"level": "warn", "ms": 7}\n'
            )
        },
        prints="""\
root
|-- id: string
|-- payload: struct
|    |-- level: string
|    |-- ms: int

[('1', 'info', 12), ('2', 'warn', 7)]
""",
    ),
    Case(
        "rows split by a value, both parts counted",
        START
        + READ_PEOPLE
        + """
parts = people.split_rows({"id": {">": 0, "<": 2}}, "inside", "outside")
for name in sorted(parts.keys()):
    print(name, [row["id"] for row in parts.select(name).toDF().collect()])
""",
        files=PEOPLE,
        prints="inside [1]\noutside [2]\n",
    ),
    Case(
        "year, month and day columns from a date, as partitions",
        START
        + """
from pyspark.sql.functions import col, dayofmonth, month, to_date, year

df = spark.createDataFrame([(1, "2024-01-02"), (2, "2024-11-30")], ["id", "day"])
df = df.withColumn("day", to_date("day"))
df = df.withColumn("y", year("day")).withColumn("m", month("day")).withColumn("d", dayofmonth("day"))
glueContext.write_dynamic_frame.from_options(
    frame=DynamicFrame.fromDF(df.select("id", "y", "m", "d"), glueContext, "dated"),
    connection_type="s3",
    connection_options={"path": "s3://tutorial-out/dated/", "partitionKeys": ["y", "m", "d"]},
    format="json",
)
""",
        writes={
            "s3://tutorial-out/dated/": [
                {"id": 1, "y": "2024", "m": "1", "d": "2"},
                {"id": 2, "y": "2024", "m": "11", "d": "30"},
            ]
        },
    ),
    Case(
        "frames from an RDD and from a list",
        START
        + """
from pyspark.sql import Row

rdd = sc.parallelize([Row(city="Rome", visits=3), Row(city="Bonn", visits=1)])
visits = glueContext.create_dynamic_frame.from_rdd(rdd, "visits")
visits.printSchema()
print(visits.count(), sorted(row["city"] for row in visits.toDF().collect()))
""",
        prints="""\
root
|-- city: string
|-- visits: long

2 ['Bonn', 'Rome']
""",
    ),
    Case(
        "a table's numbers summed by Spark SQL on the Data Catalog's frame",
        START
        + """
trips = glueContext.create_dynamic_frame.from_catalog(database="tutorial", table_name="taxi")
print("Count: ", trips.count())
trips.printSchema()
trips.toDF().groupBy("vendor").sum("fare").orderBy("vendor").show()
""",
        files={"s3://tutorial/taxi/2024.csv": "vendor,fare\nA,1.5\nB,2\nA,3\n"},
        tables=(
            Table(
                "tutorial.taxi",
                "s3://tutorial/taxi/",
                {"vendor": "string", "fare": "double"},
                "csv",
                parameters={"skip.header.line.count": "1"},
            ),
        ),
        prints="""\
Count:  3
root
|-- vendor: string
|-- fare: double

+------+---------+
|vendor|sum(fare)|
+------+---------+
|     A|      4.5|
|     B|      2.0|
+------+---------+

""",
    ),
    Case(
        "a sample set aside on the way",
        START
        + READ_PEOPLE
        + """
spigot = Spigot.apply(
    frame=people.select_fields(["id"]), path="s3://tutorial-out/sample", options={"topk": 1}
)
print(spigot.count())
""",
        files=PEOPLE,
        prints="2\n",
        writes={"s3://tutorial-out/sample/": [{"id": 1}]},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
