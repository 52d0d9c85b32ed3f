"""Transforms in the styles that scripts have: courses, tutorials, production jobs."""

from __future__ import annotations

from typing import Any

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner

START = """
from pyspark.sql import Row

def frame(rows, schema=None, name="frame"):
    return DynamicFrame.fromDF(spark.createDataFrame(rows, schema), glueContext, name)

def rows(frame):
    return sorted((tuple(row) for row in frame.toDF().collect()), key=str)
"""


def case(name: str, body: str, prints: str, **more: Any) -> Case:
    return Case(name, HEAD + START + body, prints=prints, **more)


CASES = [
    case(
        "DropFields: of two fields that differ in case only, the one that is named",
        """
spark.createDataFrame([(1, "a")], "serialnumber int, day string").createOrReplaceTempView("bought")
spark.createDataFrame([(1, 2)], "serialNumber int, distance int").createOrReplaceTempView("read")
both = spark.table("bought").join(spark.table("read"), spark.table("bought")["day"] == "a", "outer")
of_both = DynamicFrame.fromDF(both, glueContext, "of_both")
dropped = DropFields.apply(frame=of_both, paths=["serialnumber", "day"])
print(dropped.toDF().columns, rows(dropped))
""",
        "['serialNumber', 'distance'] [(1, 2)]\n",
    ),
    case(
        "ApplyMapping: nesting, unnesting, casts, names with dots, case",
        """
people = frame(
    [("1", "x", Row(street="Main", zip=12345), "2024-02-29")],
    "ID string, `home.city` string, address struct<street:string,zip:int>, day string",
)
mapped = ApplyMapping.apply(
    frame=people,
    mappings=[
        ("id", "string", "key", "int"),
        ("`home.city`", "string", "home.city", "string"),
        ("address.zip", "int", "zip", "string"),
        ("address.street", "string", "home.street", "string"),
        ("day", "string", "day", "timestamp"),
        ("day", "string", "broken", "int"),
        ("address", "struct", "whole", "struct"),
    ],
)
mapped.printSchema()
mapped.show()
print(people.apply_mapping([("id", "string", "key", "int")], case_sensitive=True).toDF().columns)
print(people.apply_mapping([("ID", "key"), ("day", "when", "date")]).toDF().dtypes)
""",
        """\
root
|-- key: int
|-- home: struct
|    |-- city: string
|    |-- street: string
|-- zip: string
|-- day: timestamp
|-- broken: int
|-- whole: struct
|    |-- street: string
|    |-- zip: int

{"key": 1, "home": {"city": "x", "street": "Main"}, "zip": "12345", "day": "2024-02-29 00:00:00", \
"whole": {"street": "Main", "zip": 12345}}

[]
[('key', 'string'), ('when', 'date')]
""",
    ),
    case(
        "ApplyMapping: what is no mapping",
        """
for wrong in (["id"], [("a", "b", "c", "d", "e")], [("id", "string", "id", "nonsense")]):
    try:
        frame([("1",)], "id string").apply_mapping(wrong)
    except Exception as error:
        print(type(error).__name__, str(error)[:40])
""",
        """\
TypeError Mapping must be specified as a tuple. Go
ValueError Mapping tuple must be of length 2, 3, or
ValueError Expected a type such as string, int, lon
""",
    ),
    case(
        "DropFields and SelectFields, RenameField",
        """
one = frame(
    [(1, "a", Row(x=1, y=2), [Row(p=1, q=2)])],
    "id int, name string, s struct<x:int,y:int>, l array<struct<p:int,q:int>>",
)
print(rows(DropFields.apply(one, ["s.x", "l.q", "nothing", "s.nothing"])))
print(DropFields.apply(one, paths=["s.x", "s.y"]).toDF().columns)
print(rows(SelectFields.apply(one, ["name", "s.y"])))
print(rows(one.select_fields("id")))
print(one.select_fields(["none"]).toDF().columns, one.select_fields(["none"]).count())
print(RenameField.apply(one, "name", "full.name").toDF().dtypes[1:2])
print(RenameField.apply(one, "name", "`full.name`").toDF().columns)
print(one.rename_field("s.x", "s.z").toDF().dtypes[2])
print(one.rename_field("s.x", "x").toDF().columns, one.rename_field("none", "x").toDF().columns)
print(one.rename_field("l.p", "l.r").toDF().dtypes[3])
""",
        """\
[(1, 'a', Row(y=2), [Row(p=1)])]
['id', 'name', 'l']
[('a', Row(y=2))]
[(1,)]
[] 1
[('s', 'struct<x:int,y:int>')]
['id', 'full.name', 's', 'l']
('s', 'struct<z:int,y:int>')
['id', 'name', 's', 'l', 'x'] ['id', 'name', 's', 'l']
('l', 'array<struct<r:int,q:int>>')
""",
    ),
    case(
        "Join, union and merge",
        """
left = frame([(1, "a"), (2, "b"), (None, "c")], "id int, name string", "left")
right = frame([(1, 10), (1, 11), (3, 30)], "id int, amount int", "right")
joined = Join.apply(left, right, "id", "id")
print(joined.name, joined.toDF().columns, rows(joined))
print(rows(left.join(["id", "name"], ["id", "name"], frame([(1, "a")], "id int, name string"))))
text = frame([("x", 5)], "id string, amount int")
both = right.union(text)
both.printSchema()
print(both.count(), rows(both.resolveChoice(specs=[("id", "cast:string")])))
merged = left.mergeDynamicFrame(frame([(2, "B"), (4, "d")], "id int, name string"), ["id"])
print(rows(merged))
""",
        """\
leftright ['id', 'name', '.id', 'amount'] [(1, 'a', 1, 10), (1, 'a', 1, 11)]
[(1, 'a', 1, 'a')]
root
|-- id: choice
|    |-- int
|    |-- string
|-- amount: int

4 [('1', 10), ('1', 11), ('3', 30), ('x', 5)]
[(1, 'a'), (2, 'B'), (4, 'd'), (None, 'c')]
""",
    ),
    case(
        "Filter and Map in Python, errors and thresholds",
        """
numbers = frame([(n, float(n), None if n == 3 else str(n)) for n in range(5)], "id long, x double, t string")
print(rows(Filter.apply(frame=numbers, f=lambda r: r.id > 1 and len(r["t"]) == 1)))
print(Filter.apply(numbers, lambda r: r["no such field"] > 1).count())
def halve(record):
    if record["id"] == 4:
        raise RuntimeError("four")
    if record["id"] == 0:
        return None
    record["half"] = record["x"] / 2
    record["tags"] = ["n", record["t"]]
    return record
mapped = Map.apply(frame=numbers, f=halve)
mapped.printSchema()
print(mapped.count(), mapped.errorsCount(), mapped.stageErrorsCount())
told = mapped.errorsAsDynamicFrame().toDF().selectExpr("error.msg", "error.dynamicRecord").collect()
print(sorted(told))
limited = numbers.map(halve, stageThreshold=1)
try:
    limited.count()
except Exception as error:
    print(type(error).__name__, str(error)[:43])
numbers.map(halve, totalThreshold=2).assertErrorThreshold()
print(rows(ErrorsAsDynamicFrame.apply(numbers)))
""",
        """\
[(2, 2.0, '2'), (4, 4.0, '4')]
0
root
|-- id: long
|-- x: double
|-- t: string
|-- half: double
|-- tags: array
|    |-- element: string

3 2 2
[Row(msg='User-specified function returned None instead of DynamicRecord', \
dynamicRecord='{"id": 0, "x": 0.0, "t": "0"}'), \
Row(msg='four', dynamicRecord='{"id": 4, "x": 4.0, "t": "4"}')]
ErrorThresholdError Expected at most 1 error records (stageThre
[]
""",
    ),
    case(
        "Relationalize of arrays in arrays, and of scalars",
        """
orders = frame(
    [(1, [Row(sku="a", tags=["x", "y"]), Row(sku="b", tags=[])], [7, 8]), (2, None, [])],
    "id int, items array<struct<sku:string,tags:array<string>>>, codes array<int>",
)
tables = Relationalize.apply(frame=orders, staging_path="s3://tmp/", name="root")
for name in sorted(tables.keys()):
    print(name, tables.select(name).toDF().dtypes, rows(tables.select(name)))
print(SelectFromCollection.apply(tables, "nothing").count())
mapped = MapToCollection.apply(tables, lambda frame, transformation_ctx: frame.repartition(1))
print(sorted(mapped.keys()))
flat = FlatMap.apply(tables, DropFields, "frame", paths=["id"])
print(sorted(flat["root"].toDF().columns))
""",
        """\
root [('id', 'int'), ('items', 'bigint'), ('codes', 'bigint')] [(1, 1, 1), (2, None, 2)]
root_codes [('id', 'bigint'), ('index', 'int'), ('codes.val', 'int')] [(1, 0, 7), (1, 1, 8)]
root_items [('id', 'bigint'), ('index', 'int'), ('items.val.sku', 'string'), \
('items.val.tags', 'bigint')] \
[(1, 0, 'a', 1), (1, 1, 'b', 2)]
root_items.val.tags [('id', 'bigint'), ('index', 'int'), ('items.val.tags.val', 'string')] \
[(1, 0, 'x'), (1, 1, 'y')]
0
['root', 'root_codes', 'root_items', 'root_items.val.tags']
['codes', 'items']
""",
    ),
    case(
        "SplitFields, SplitRows, UnnestFrame, Unbox of csv, DropNullFields",
        """
one = frame(
    [(1, "a", Row(x=1, y=Row(z=2))), (5, "b", None)],
    "id int, name string, s struct<x:int,y:struct<z:int>>",
)
split = SplitFields.apply(one, ["name"])
print(sorted(split.keys()), split["frame1"].toDF().columns, split["frame2"].toDF().columns)
halves = SplitRows.apply(one, {"id": {">": 0, "<=": 1}, "name": {"=": "a"}}, "in", "out")
print(rows(halves.select("in").select_fields(["id"])), rows(halves.select("out").select_fields(["id"])))
print(UnnestFrame.apply(one).toDF().columns, rows(UnnestFrame.apply(one)))
lines = frame([("1|x",), ("2|y|z",)], "line string")
print(rows(Unbox.apply(lines, "line", "csv", separator="|")))
with_nulls = spark.sql("select 1 as a, null as b, named_struct('c', null, 'd', 2) as s")
nulls = DynamicFrame.fromDF(with_nulls, glueContext, "n")
print(DropNullFields.apply(nulls).toDF().dtypes)
""",
        """\
['frame1', 'frame2'] ['name'] ['id', 's']
[(1,)] [(5,)]
['id', 'name', 's.x', 's.y.z'] [(1, 'a', 1, 2), (5, 'b', None, None)]
[(Row(col0='1', col1='x', col2=None),), (Row(col0='2', col1='y', col2='z'),)]
null_fields ['b', 's.c']
[('a', 'int'), ('s', 'struct<d:int>')]
""",
    ),
    case(
        "ResolveOption in toDF, ingestion time, SQL between frames",
        """
from awsglue.dynamicframe import ResolveOption
from awsglue.gluetypes import IntegerType
mixed = frame([(1,)], "v int").union(frame([("x",)], "v string"))
print(sorted(mixed.toDF([ResolveOption("v", "Project", IntegerType())]).collect(), key=str))
mixed.toDF().createOrReplaceTempView("mixed")
print(glueContext.sql("select v.string from mixed where v.string is not null").collect())
timed = glueContext.add_ingestion_time_columns(spark.range(1), "day")
print(timed.columns)
print(frame([(1,)], "v int").write("s3", {"path": "s3://transforms-out/"}, "json").count())
""",
        """\
[Row(v=1), Row(v=None)]
[Row(string='x')]
['id', 'ingest_year', 'ingest_month', 'ingest_day']
0
""",
        writes={"s3://transforms-out/": [{"v": 1}]},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
