"""Jobs as Glue Studio's canvas writes them: a comment and a variable for each node, helpers at the top."""

from __future__ import annotations

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table

SALES = {
    "s3://visual/sales/a.csv": (
        "order_id,region,price,qty\n1,EU,10.0,2\n2,US,5.5,1\n3,EU,1.0,5\n3,EU,1.0,5\n4,,2.0,1\n"
    )
}
NAMES = {"s3://visual/regions/a.csv": "code,label\nEU,Europe\nUS,America\n"}
READ_SALES = """
# Script generated for node Amazon S3
AmazonS3_node1701 = glueContext.create_dynamic_frame.from_options(
    format_options={"quoteChar": '"', "withHeader": True, "separator": ","},
    connection_type="s3",
    format="csv",
    connection_options={"paths": ["s3://visual/sales/"], "recurse": True},
    transformation_ctx="AmazonS3_node1701",
)
"""
READ_NAMES = """
# Script generated for node Regions
Regions_node1702 = glueContext.create_dynamic_frame.from_options(
    format_options={"quoteChar": '"', "withHeader": True, "separator": ",", "optimizePerformance": False},
    connection_type="s3",
    format="csv",
    connection_options={"paths": ["s3://visual/regions/"], "recurse": True},
    transformation_ctx="Regions_node1702",
)
"""
SQL_HELPER = """
def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
"""


def written(node: str, name: str) -> str:
    return f"""
# Script generated for node Target
Target_node1799 = glueContext.write_dynamic_frame.from_options(
    frame={node},
    connection_type="s3",
    format="json",
    connection_options={{"path": "s3://visual-out/{name}/", "partitionKeys": []}},
    transformation_ctx="Target_node1799",
)

job.commit()
"""


CASES = [
    Case(
        "change schema",
        HEAD
        + READ_SALES
        + """
# Script generated for node Change Schema
ChangeSchema_node1703 = ApplyMapping.apply(
    frame=AmazonS3_node1701,
    mappings=[
        ("order_id", "string", "id", "bigint"),
        ("price", "string", "price", "decimal"),
        ("qty", "string", "qty", "int"),
    ],
    transformation_ctx="ChangeSchema_node1703",
)
ChangeSchema_node1703.printSchema()
job.commit()
""",
        files=SALES,
        prints="root\n|-- id: long\n|-- price: decimal\n|-- qty: int\n\n",
    ),
    Case(
        "filter by a regular expression and by a number",
        HEAD.replace("import sys\n", "import sys\nimport re\n")
        + READ_SALES
        + """
# Script generated for node Filter
Filter_node1704 = Filter.apply(
    frame=AmazonS3_node1701,
    f=lambda row: (bool(re.match("^E", row["region"])) and float(row["price"]) > 5),
    transformation_ctx="Filter_node1704",
)
"""
        + written("Filter_node1704", "filter"),
        files=SALES,
        writes={
            "s3://visual-out/filter/": [{"order_id": "1", "region": "EU", "price": "10.0", "qty": "2"}],
        },
    ),
    Case(
        "sql query over two sources",
        HEAD
        + SQL_HELPER
        + READ_SALES
        + READ_NAMES
        + """
# Script generated for node SQL Query
SqlQuery0 = '''
select label, sum(price * qty) as revenue
from sales join regions on sales.region = regions.code
group by label
'''
SQLQuery_node1705 = sparkSqlQuery(
    glueContext,
    query=SqlQuery0,
    mapping={"sales": AmazonS3_node1701, "regions": Regions_node1702},
    transformation_ctx="SQLQuery_node1705",
)
"""
        + written("SQLQuery_node1705", "sql"),
        files={**SALES, **NAMES},
        writes={
            "s3://visual-out/sql/": [
                {"label": "Europe", "revenue": 30.0},
                {"label": "America", "revenue": 5.5},
            ]
        },
    ),
    Case(
        "aggregate",
        HEAD
        + """
from pyspark.sql import functions as SqlFuncs

def sparkAggregate(glueContext, parentFrame, groups, aggs, transformation_ctx) -> DynamicFrame:
    funcs = [getattr(SqlFuncs, func)(column) for column, func in aggs]
    df = parentFrame.toDF()
    result = df.groupBy(*groups).agg(*funcs) if groups else df.agg(*funcs)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
"""
        + READ_SALES
        + """
# Script generated for node Aggregate
Aggregate_node1706 = sparkAggregate(
    glueContext,
    parentFrame=AmazonS3_node1701,
    groups=["region"],
    aggs=[["order_id", "countDistinct"], ["qty", "max"]],
    transformation_ctx="Aggregate_node1706",
)
for row in sorted(tuple(row) for row in Aggregate_node1706.toDF().collect()):
    print(row)
Aggregate_node1706.printSchema()
job.commit()
""",
        files=SALES,
        prints="""\
('', 1, '1')
('EU', 2, '5')
('US', 1, '1')
root
|-- region: string
|-- count(DISTINCT order_id): long
|-- max(qty): string

""",
    ),
    Case(
        "drop duplicates",
        HEAD
        + READ_SALES
        + """
# Script generated for node Drop Duplicates
DropDuplicates_node1707 = DynamicFrame.fromDF(
    AmazonS3_node1701.toDF().dropDuplicates(["order_id"]), glueContext, "DropDuplicates_node1707"
)
print(DropDuplicates_node1707.count(), AmazonS3_node1701.count())
job.commit()
""",
        files=SALES,
        prints="4 5\n",
    ),
    Case(
        "union of two branches",
        HEAD
        + """
def sparkUnion(glueContext, unionType, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql("table source1 UNION " + unionType + " table source2")
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
"""
        + READ_SALES
        + """
# Script generated for node Union
Union_node1708 = sparkUnion(
    glueContext,
    unionType="ALL",
    mapping={"source1": AmazonS3_node1701, "source2": AmazonS3_node1701},
    transformation_ctx="Union_node1708",
)
print(Union_node1708.count())
job.commit()
""",
        files=SALES,
        prints="10\n",
    ),
    Case(
        "custom transform, then select from collection",
        HEAD.replace("import DynamicFrame\n", "import DynamicFrame, DynamicFrameCollection\n")
        + """
# Script generated for node Custom Transform
def MyTransform(glueContext, dfc) -> DynamicFrameCollection:
    df = dfc.select(list(dfc.keys())[0]).toDF()
    df = df.withColumn("total", df["price"].cast("double") * df["qty"].cast("int"))
    dyf = DynamicFrame.fromDF(df.select("order_id", "total"), glueContext, "totals")
    return DynamicFrameCollection({"CustomTransform0": dyf}, glueContext)
"""
        + READ_SALES
        + """
# Script generated for node Custom Transform
CustomTransform_node1709 = MyTransform(
    glueContext, DynamicFrameCollection({"AmazonS3_node1701": AmazonS3_node1701}, glueContext)
)

# Script generated for node Select From Collection
SelectFromCollection_node1710 = SelectFromCollection.apply(
    dfc=CustomTransform_node1709,
    key=list(CustomTransform_node1709.keys())[0],
    transformation_ctx="SelectFromCollection_node1710",
)
SelectFromCollection_node1710.show(2)
job.commit()
""",
        files=SALES,
        prints='{"order_id": "1", "total": 20.0}\n{"order_id": "2", "total": 5.5}\n\n',
    ),
    Case(
        "left join as the join node writes it",
        HEAD
        + READ_SALES
        + READ_NAMES
        + """
# Script generated for node Join
AmazonS3_node1701DF = AmazonS3_node1701.toDF()
Regions_node1702DF = Regions_node1702.toDF()
Join_node1711 = DynamicFrame.fromDF(
    AmazonS3_node1701DF.join(
        Regions_node1702DF, (AmazonS3_node1701DF["region"] == Regions_node1702DF["code"]), "left"
    ),
    glueContext,
    "Join_node1711",
)

# Script generated for node Select Fields
SelectFields_node1712 = SelectFields.apply(
    frame=Join_node1711, paths=["order_id", "label"], transformation_ctx="SelectFields_node1712"
)
print(sorted(tuple(row) for row in SelectFields_node1712.toDF().distinct().collect()))
job.commit()
""",
        files={**SALES, **NAMES},
        prints="[('1', 'Europe'), ('2', 'America'), ('3', 'Europe'), ('4', None)]\n",
    ),
    Case(
        "inner join, renamed keys, drop fields",
        HEAD
        + READ_SALES
        + READ_NAMES
        + """
# Script generated for node Renamed keys for Join
RenamedkeysforJoin_node1713 = ApplyMapping.apply(
    frame=Regions_node1702,
    mappings=[("code", "string", "right_code", "string"), ("label", "string", "right_label", "string")],
    transformation_ctx="RenamedkeysforJoin_node1713",
)

# Script generated for node Join
Join_node1714 = Join.apply(
    frame1=AmazonS3_node1701,
    frame2=RenamedkeysforJoin_node1713,
    keys1=["region"],
    keys2=["right_code"],
    transformation_ctx="Join_node1714",
)

# Script generated for node Drop Fields
DropFields_node1715 = DropFields.apply(
    frame=Join_node1714, paths=["right_code", "price", "qty"], transformation_ctx="DropFields_node1715"
)
DropFields_node1715.printSchema()
print(DropFields_node1715.count())
job.commit()
""",
        files={**SALES, **NAMES},
        prints="root\n|-- order_id: string\n|-- region: string\n|-- right_label: string\n\n4\n",
    ),
    Case(
        "split fields, rename field",
        HEAD
        + READ_SALES
        + """
# Script generated for node Split Fields
SplitFields_node1716 = SplitFields.apply(
    frame=AmazonS3_node1701,
    paths=["order_id", "region"],
    name1="SplitFields_node17160",
    name2="SplitFields_node17161",
    transformation_ctx="SplitFields_node1716",
)

# Script generated for node Rename Field
RenameField_node1717 = RenameField.apply(
    frame=SelectFromCollection.apply(dfc=SplitFields_node1716, key="SplitFields_node17160"),
    old_name="region",
    new_name="sales region",
    transformation_ctx="RenameField_node1717",
)
print(sorted(SplitFields_node1716.keys()))
RenameField_node1717.show(1)
job.commit()
""",
        files=SALES,
        prints="""\
['SplitFields_node17160', 'SplitFields_node17161']
{"order_id": "1", "sales region": "EU"}

""",
    ),
    Case(
        "drop null fields with the node's own definition of null",
        HEAD
        + """
from awsglue.gluetypes import *

def find_null_fields(schema, path, output, null_strings, frame):
    if isinstance(schema, StructType):
        for field in schema:
            inner = path + "." if path != "" else path
            output = find_null_fields(field.dataType, inner + field.name, output, null_strings, frame)
    elif isinstance(schema, NullType):
        output.append(path)
    elif isinstance(schema, StringType):
        found = {row[0] for row in frame.toDF().select(path).distinct().collect()}
        if found <= null_strings:
            output.append(path)
    return output

def drop_nulls(glueContext, frame, nullStringSet, transformation_ctx) -> DynamicFrame:
    fields = find_null_fields(frame.schema(), "", [], nullStringSet, frame)
    print(fields)
    return DropFields.apply(frame=frame, paths=fields, transformation_ctx=transformation_ctx)

# Script generated for node Amazon S3
AmazonS3_node1 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiline": False},
    connection_type="s3",
    format="json",
    connection_options={"paths": ["s3://visual/nulls/"], "recurse": True},
    transformation_ctx="AmazonS3_node1",
)

# Script generated for node Drop Null Fields
DropNullFields_node2 = drop_nulls(
    glueContext, frame=AmazonS3_node1, nullStringSet={"", "null"}, transformation_ctx="DropNullFields_node2"
)
DropNullFields_node2.printSchema()
job.commit()
""",
        files={
            "s3://visual/nulls/a.json": (
                '{"id": 1, "gone": null, "empty": "", "s": {"t": "null", "u": "x"}}\n'
                '{"id": 2, "gone": null, "empty": "null", "s": {"t": "", "u": ""}}\n'
            )
        },
        prints="""\
['gone', 'empty', 's.t']
root
|-- id: int
|-- s: struct
|    |-- u: string

""",
    ),
    Case(
        "catalog table, predicate, and a parquet target that makes a table",
        HEAD
        + """
# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1 = glueContext.create_dynamic_frame.from_catalog(
    database="visual",
    table_name="events",
    push_down_predicate="day >= '2024-01-02'",
    transformation_ctx="AWSGlueDataCatalog_node1",
)

# Script generated for node Amazon S3
AmazonS3_node2 = glueContext.getSink(
    path="s3://visual-out/events/",
    connection_type="s3",
    updateBehavior="UPDATE_IN_DATABASE",
    partitionKeys=["day"],
    enableUpdateCatalog=True,
    transformation_ctx="AmazonS3_node2",
)
AmazonS3_node2.setCatalogInfo(catalogDatabase="visual", catalogTableName="events_clean")
AmazonS3_node2.setFormat("glueparquet", compression="snappy")
AmazonS3_node2.writeFrame(AWSGlueDataCatalog_node1)
print(glueContext.create_dynamic_frame.from_catalog("visual", "events_clean").toDF().collect())
job.commit()
""",
        files={
            "s3://visual/events/day=2024-01-01/a.json": '{"id": 1, "kind": "view"}\n',
            "s3://visual/events/day=2024-01-02/a.json": '{"id": 2, "kind": "buy"}\n',
        },
        tables=(
            Table(
                "visual.events",
                "s3://visual/events/",
                {"id": "int", "kind": "string"},
                "json",
                keys={"day": "string"},
                partitions={
                    ("2024-01-01",): "s3://visual/events/day=2024-01-01/",
                    ("2024-01-02",): "s3://visual/events/day=2024-01-02/",
                },
            ),
        ),
        prints="[Row(id=2, kind='buy', day='2024-01-02')]\n",
        writes={"s3://visual-out/events/": [{"id": 2, "kind": "buy", "day": "2024-01-02"}]},
    ),
    Case(
        "the older wizard: resolve choice, relationalize, several sinks",
        HEAD
        + """
## @type: DataSource
## @args: [database = "visual", table_name = "carts", transformation_ctx = "datasource0"]
## @return: datasource0
## @inputs: []
datasource0 = glueContext.create_dynamic_frame.from_catalog(
    database = "visual", table_name = "carts", transformation_ctx = "datasource0"
)
## @type: ResolveChoice
## @args: [choice = "make_cols", transformation_ctx = "resolvechoice1"]
resolvechoice1 = ResolveChoice.apply(
    frame = datasource0, choice = "make_cols", transformation_ctx = "resolvechoice1"
)
## @type: Relationalize
relationalize2 = Relationalize.apply(
    frame = resolvechoice1, staging_path = "s3://visual-tmp/", name = "cart", transformation_ctx = "r2"
)
for name in sorted(relationalize2.keys()):
    frame = relationalize2.select(name)
    print(name, frame.count(), sorted(frame.toDF().columns))
job.commit()
""",
        files={
            "s3://visual/carts/a.json": (
                '{"cart": 1, "ref": "x", "lines": [{"sku": "a"}, {"sku": "b"}]}\n'
                '{"cart": 2, "ref": 7, "lines": []}\n'
            )
        },
        tables=(
            Table(
                "visual.carts",
                "s3://visual/carts/",
                {"cart": "int", "ref": "string", "lines": "array<struct<sku:string>>"},
                "json",
            ),
        ),
        prints="""\
cart 2 ['cart', 'lines', 'ref_int', 'ref_string']
cart_lines 2 ['id', 'index', 'lines.val.sku']
""",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
