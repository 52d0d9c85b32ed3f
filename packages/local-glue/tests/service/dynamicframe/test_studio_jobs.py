"""Scripts as Glue Studio and the console's older wizard generate them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table

ORDERS = """\
order_id,customer,amount,ordered_on,note
1,Ann,10.50,2024-01-02,first
2,"Bob ""B"", jr",n/a,2024-01-03,
3,Chloé,7,2024-02-30,"two
"""
CSV_TO_PARQUET = Case(
    "csv to parquet",
    HEAD
    + """
## @type: DataSource
datasource0 = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://studio-raw/orders/"], "recurse": True},
    format="csv",
    format_options={"quoteChar": '"', "withHeader": True, "separator": ","},
    transformation_ctx="datasource0",
)
applymapping1 = ApplyMapping.apply(
    frame=datasource0,
    mappings=[
        ("order_id", "string", "order_id", "long"),
        ("customer", "string", "customer", "string"),
        ("amount", "string", "amount", "decimal(8,2)"),
        ("ordered_on", "string", "ordered_on", "date"),
        ("nothing_of_that_name", "string", "x", "string"),
    ],
    transformation_ctx="applymapping1",
)
resolvechoice2 = ResolveChoice.apply(
    frame=applymapping1, choice="make_struct", transformation_ctx="resolvechoice2"
)
dropnullfields3 = DropNullFields.apply(frame=resolvechoice2, transformation_ctx="dropnullfields3")
datasink4 = glueContext.write_dynamic_frame.from_options(
    frame=dropnullfields3,
    connection_type="s3",
    connection_options={"path": "s3://studio-curated/orders/"},
    format="parquet",
    transformation_ctx="datasink4",
)
job.commit()
""",
    files={"s3://studio-raw/orders/2024/a.csv": ORDERS.replace('"two', "two")},
    prints="null_fields []\n",
    writes={
        "s3://studio-curated/orders/": [
            {"order_id": 1, "customer": "Ann", "amount": Decimal("10.50"), "ordered_on": date(2024, 1, 2)},
            {"order_id": 2, "customer": 'Bob "B", jr', "amount": None, "ordered_on": date(2024, 1, 3)},
            {"order_id": 3, "customer": "Chloé", "amount": Decimal("7.00"), "ordered_on": None},
        ]
    },
)
CATALOG_TO_JSON = Case(
    "catalog to partitioned json",
    HEAD
    + """
S3bucket_node1 = glueContext.create_dynamic_frame.from_catalog(
    database="studio", table_name="clicks", transformation_ctx="S3bucket_node1"
)
ApplyMapping_node2 = ApplyMapping.apply(
    frame=S3bucket_node1,
    mappings=[
        ("user id", "bigint", "user_id", "bigint"),
        ("page", "string", "page", "string"),
        ("year", "string", "year", "string"),
    ],
    transformation_ctx="ApplyMapping_node2",
)
S3bucket_node3 = glueContext.getSink(
    path="s3://studio-curated/clicks/",
    connection_type="s3",
    updateBehavior="LOG",
    partitionKeys=["year"],
    compression="gzip",
    transformation_ctx="S3bucket_node3",
)
S3bucket_node3.setFormat("json")
S3bucket_node3.writeFrame(ApplyMapping_node2)
ApplyMapping_node2.printSchema()
job.commit()
""",
    files={
        "s3://studio-raw/clicks/year=2023/a.csv": "user id;page\n1;home\n2;cart\n",
        "s3://studio-raw/clicks/year=2024/b.csv": "user id;page\n3;home\n",
    },
    tables=(
        Table(
            "studio.clicks",
            "s3://studio-raw/clicks/",
            {"user id": "bigint", "page": "string"},
            "csv",
            keys={"year": "string"},
            partitions={
                ("2023",): "s3://studio-raw/clicks/year=2023/",
                ("2024",): "s3://studio-raw/clicks/year=2024/",
            },
            serde={"field.delim": ";"},
            parameters={"skip.header.line.count": "1"},
        ),
    ),
    prints="""\
root
|-- user_id: long
|-- page: string
|-- year: string

""",
    writes={
        "s3://studio-curated/clicks/": [
            {"user_id": 1, "page": "home", "year": "2023"},
            {"user_id": 2, "page": "cart", "year": "2023"},
            {"user_id": 3, "page": "home", "year": "2024"},
        ]
    },
)


@pytest.mark.parametrize("case", [CSV_TO_PARQUET, CATALOG_TO_JSON], ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
