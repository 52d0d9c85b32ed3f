"""Input as it should not be: what is broken, of another kind, empty, or changes from file to file."""

from __future__ import annotations

from typing import Any

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table

READ = """
def read(format, path, options={}, **format_options):
    return glueContext.create_dynamic_frame.from_options(
        "s3", {"paths": [path], "recurse": True, **options}, format, format_options
    )

def rows(frame, *names):
    return sorted((tuple(row[name] for name in names) for row in frame.toDF().collect()), key=str)
"""


def case(name: str, body: str, prints: str, **more: Any) -> Case:
    return Case(name, HEAD + READ + body, prints=prints, **more)


CASES = [
    case(
        "malformed json lines are error records, the others are read",
        """
frame = read("json", "s3://bad-json/in/")
print(rows(frame, "n"), frame.count(), frame.errorsCount())
told = frame.errorsAsDynamicFrame().toDF().select("error.input").collect()
print(sorted(row[0] for row in told))
""",
        """\
[(1,), (3,), (4,)] 3 3
['"text"', '{"n": 5', '{"n": oops}']
""",
        files={
            "s3://bad-json/in/a.json": '{"n": 1}\n{"n": oops}\n\n{"n": 3}\n"text"\n',
            "s3://bad-json/in/b.json": '{"n": 4}\n{"n": 5',
        },
    ),
    case(
        "a line that no parser may follow to its end is an error record as well",
        """
frame = read("json", "s3://bad-deep/in/")
print(rows(frame, "n"), frame.errorsCount())
""",
        "[(1,), (2,)] 3\n",
        files={
            "s3://bad-deep/in/a.json": '{"n": 1}\n'
            + "".join(f"{line}\n" for line in ("[" * 100_000, '{"n":' * 100_000, f'{{"n": {"1" * 5000}}}'))
            + '{"n": 2}\n'
        },
    ),
    case(
        "one malformed line is enough for a source that fails fast",
        """
frame = read("json", "s3://bad-fast/in/", {"isFailFast": True})
try:
    print(frame.count())
except RuntimeError as error:
    print(str(error).partition(":")[0])
print(read("json", "s3://bad-fast/in/", {"isFailFast": "false"}).count())
""",
        """\
Expected at most 0 error records (isFailFast), found 1
1
""",
        files={"s3://bad-fast/in/a.json": '{"n": 1}\n{"n": oops}\n'},
    ),
    case(
        "files of another format among json are error records",
        """
frame = read("json", "s3://bad-mixed/in/")
print(rows(frame, "n"), frame.errorsCount())
""",
        "[(1,)] 2\n",
        files={"s3://bad-mixed/in/a.json": '{"n": 1}\n', "s3://bad-mixed/in/b.csv": "n\n1\n"},
    ),
    case(
        "csv lines that are too short or too long",
        """
frame = read("csv", "s3://bad-csv/in/", withHeader=True)
print(rows(frame, "a", "b"))
""",
        "[('1', ''), ('2', 'x'), ('3', 'y')]\n",
        files={"s3://bad-csv/in/a.csv": "a,b\n1\n2,x\n3,y,z\n"},
    ),
    case(
        "an unclosed quote reaches to the end of its line, with multiLine to that of its file",
        """
for options in ({}, {"multiLine": True}):
    frame = read("csv", "s3://bad-quote/in/", withHeader=True, **options)
    print(rows(frame, "a", "b"), frame.errorsCount())
""",
        """\
[('1', 'v'), ('2', 'w'), ('3', 'x'), ('4', 'y')] 0
[('1', 'v'), ('2', 'w\\n3,x\\n'), ('4', 'y')] 0
""",
        files={
            "s3://bad-quote/in/a.csv": 'a,b\n1,v\n2,"w\n3,x\n',
            "s3://bad-quote/in/b.csv": "a,b\n4,y\n",
        },
    ),
    case(
        "the first line of a file of another format among csv is its header",
        """
frame = read("csv", "s3://bad-csv-mixed/in/", withHeader=True)
print(frame.count(), frame.errorsCount(), rows(frame.select_fields(["a"]), "a"))
""",
        "2 0 [('1',), (None,)]\n",
        files={
            "s3://bad-csv-mixed/in/a.csv": "a,b\n1,x\n",
            "s3://bad-csv-mixed/in/b.json": '{"a": 1}\n{"a": 2}\n',
            "s3://bad-csv-mixed/in/c.parquet": b"PAR1\x00\xff\x00PAR1",
        },
    ),
    case(
        "files of other formats among avro and xml, and broken ones",
        """
for format, options in (("avro", {}), ("xml", {"rowTag": "book"}), ("orc", {})):
    try:
        frame = read(format, f"s3://bad-{format}/in/", **options)
        print(format, frame.count(), frame.toDF().columns, frame.errorsCount())
    except Exception as error:
        print(format, type(error).__name__)
""",
        """\
avro Py4JJavaError
xml 1 ['title'] 1
orc Py4JJavaError
""",
        files={
            "s3://bad-avro/in/a.avro": "no avro",
            "s3://bad-orc/in/a.orc": "no orc",
            "s3://bad-xml/in/a.xml": "<shelf><book><title>One</title></book><book><title>Two</shelf>",
            "s3://bad-xml/in/b.json": '{"a": 1}\n',
        },
    ),
    case(
        "an external entity of xml is read by nobody",
        """
frame = read("xml", "s3://bad-entity/in/", rowTag="book")
told = frame.errorsAsDynamicFrame().toDF().select("error.input").collect()
print(frame.count(), ["&e;" in row[0] or "&f;" in row[0] for row in told], "root:" in str(told))
""",
        "0 [True, True] False\n",
        files={
            "s3://bad-entity/in/a.xml": (
                '<!DOCTYPE shelf [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                "<shelf><book><title>&e;</title></book><book>"
                '<!DOCTYPE book [<!ENTITY f SYSTEM "file:///etc/passwd">]><title>&f;</title></book></shelf>'
            ),
        },
    ),
    case(
        "csv files with other headers are matched by name",
        """
frame = read("csv", "s3://bad-headers/in/", withHeader=True)
print(sorted(frame.toDF().columns), rows(frame, "id", "name", "age"))
""",
        """\
['age', 'id', 'name'] [('1', 'Ann', None), ('2', 'Bob', '7')]
""",
        files={
            "s3://bad-headers/in/a.csv": "id,name\n1,Ann\n",
            "s3://bad-headers/in/b.csv": "\ufeffname,age,id\r\nBob,7,2\r\n",
        },
    ),
    case(
        "a json field whose type changes from file to file is a choice",
        """
frame = read("json", "s3://bad-types/in/")
frame.printSchema()
print(rows(frame.resolveChoice(specs=[("zip", "cast:string")]), "zip"))
""",
        """\
root
|-- zip: choice
|    |-- int
|    |-- string
|-- extra: boolean

[('02139',), ('12345',)]
""",
        files={
            "s3://bad-types/in/a.json": '{"zip": 12345}\n',
            "s3://bad-types/in/b.json": '{"zip": "02139", "extra": true}\n',
        },
    ),
    case(
        "names that differ in case, with dots, spaces and other letters",
        """
frame = read("json", "s3://bad-names/in/")
frame.printSchema()
mapped = frame.apply_mapping(
    [
        ("`a.b`", "int", "dotted", "int"),
        ("with space", "int", "with_space", "int"),
        ("größe", "int", "size", "int"),
    ]
)
print(rows(mapped, "dotted", "with_space", "size"))
print(sorted(frame.drop_fields(["`a.b`", "with space", "größe"]).toDF().first()))
""",
        """\
root
|-- id: int
|-- ID: int
|-- a.b: int
|-- with space: int
|-- größe: int

[(3, 4, 5)]
[1, 2]
""",
        files={"s3://bad-names/in/a.json": '{"id": 1, "ID": 2, "a.b": 3, "with space": 4, "größe": 5}\n'},
    ),
    case(
        "frames whose names differ in case are joined and united, each name a field of its own",
        """
left = DynamicFrame.fromDF(spark.createDataFrame([(1, "a")], "Id int, Name string"), glueContext, "left")
right = DynamicFrame.fromDF(spark.createDataFrame([(1, "b")], "id int, name string"), glueContext, "right")
joined = left.join(["Id"], ["id"], right)
print(joined.toDF().columns, rows(joined, "Id", "Name", "id", "name"))
united = left.union(right)
print(united.toDF().columns, rows(united.select_fields(["Id", "name"]), "Id", "name"))
""",
        """\
['Id', 'Name', 'id', 'name'] [(1, 'a', 1, 'b')]
['Id', 'Name', 'id', 'name'] [(1, None), (None, 'b')]
""",
    ),
    case(
        "names of csv and of a table with dots and spaces",
        """
frame = read("csv", "s3://bad-header/in/", withHeader=True)
print(frame.toDF().columns)
mapped = frame.apply_mapping(
    [("order id", "string", "id", "int"), ("`unit.price`", "string", "price", "double")]
)
print(rows(mapped, "id", "price"))
print(frame.rename_field("`unit.price`", "price").drop_fields(["order id"]).toDF().columns)
table = glueContext.create_dynamic_frame.from_catalog(database="bad_names", table_name="orders")
print(table.toDF().dtypes, rows(table, "order id"))
""",
        """\
['order id', 'unit.price']
[(7, 2.5)]
['price']
[('order id', 'int'), ('unit.price', 'double')] [(7,)]
""",
        files={"s3://bad-header/in/a.csv": "order id,unit.price\n7,2.5\n"},
        tables=(
            Table(
                "bad_names.orders",
                "s3://bad-header/in/",
                {"order id": "int", "unit.price": "double"},
                "csv",
                parameters={"skip.header.line.count": "1"},
            ),
        ),
    ),
    case(
        "parquet files with other columns, and a file that is none",
        """
path = "s3://bad-parquet/in/"
spark.sql("select 1 id").coalesce(1).write.parquet(path + "a")
spark.sql("select 2 id, 'x' extra").coalesce(1).write.parquet(path + "b")
print(sorted(read("parquet", path, {"mergeSchema": True}).toDF().columns))
print(rows(read("parquet", path, {"mergeSchema": "true"}), "id", "extra"))
spark.createDataFrame([("no parquet",)], "t string").coalesce(1).write.mode("append").text(path + "c")
print(rows(read("parquet", path, {"mergeSchema": True, "exclusions": '["**.txt"]'}), "id", "extra"))
try:
    print(read("parquet", path).count())
except Exception as error:
    print("is not a Parquet file" in str(error))
""",
        """\
['extra', 'id']
[(1, None), (2, 'x')]
[(1, None), (2, 'x')]
True
""",
        files={"s3://bad-parquet/readme": "x"},
    ),
    case(
        "nulls at every depth",
        """
frame = read("json", "s3://bad-nulls/in/")
frame.printSchema()
print(rows(frame.unnest(), "s.t.u", "l"), rows(frame.drop_fields(["s.t"]), "s"))
print(DropNullFields.apply(frame).toDF().columns)
""",
        """\
root
|-- s: struct
|    |-- t: struct
|    |    |-- u: int
|    |-- v: null
|-- l: array
|    |-- element: int
|-- n: null

[(1, [1, None]), (None, None), (None, [])] [(None,), (Row(v=None),), (Row(v=None),)]
null_fields ['s.v', 'n']
['s', 'l']
""",
        files={
            "s3://bad-nulls/in/a.json": (
                '{"s": {"t": {"u": 1}, "v": null}, "l": [1, null], "n": null}\n'
                '{"s": {"t": null}, "l": []}\n{"s": null, "l": null}\n'
            )
        },
    ),
    case(
        "an empty file, a file with a header only",
        """
print(read("csv", "s3://bad-empty/in/", withHeader=True).count())
print(read("csv", "s3://bad-empty/in/", withHeader=True).toDF().columns)
print(read("json", "s3://bad-empty/none/").count())
""",
        "0\n['a', 'b']\n0\n",
        files={
            "s3://bad-empty/in/a.csv": "a,b\n",
            "s3://bad-empty/in/b.csv": "",
            "s3://bad-empty/none/a.json": "",
        },
    ),
    case(
        "a prefix below which there is nothing is an empty frame, of each format",
        """
for format in ("csv", "json", "parquet", "orc"):
    frame = read(format, "s3://bad-prefix/none/")
    print(format, frame.count(), frame.toDF().columns, frame.errorsCount())
""",
        """\
csv 0 [] 0
json 0 [] 0
parquet 0 [] 0
orc 0 [] 0
""",
        files={"s3://bad-prefix/other/a.json": '{"n": 1}\n'},
    ),
    case(
        "a bucket that is not there, a table that is not there",
        """
for call in (
    lambda: read("json", "s3://bad-no-such-bucket/in/"),
    lambda: glueContext.create_dynamic_frame.from_catalog(database="bad", table_name="none"),
):
    try:
        print("read", call())
    except Exception as error:
        print(type(error).__name__, str(error)[:60])
""",
        """\
NoSuchBucket An error occurred (NoSuchBucket) when calling the ListObject
EntityNotFoundException An error occurred (EntityNotFoundException) when calling the
""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
