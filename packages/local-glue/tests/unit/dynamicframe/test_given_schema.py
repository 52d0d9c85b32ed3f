"""`withSchema` as scripts give it: the JSON of AWS's own types, or of Spark's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from awsglue import gluetypes as g
from pyspark.sql import types as t

from local_glue.dynamicframe.types.given_schema import given_schema

GLUES = g.StructType(
    [
        g.Field("id", g.LongType()),
        g.Field("price", g.DecimalType(precision=8, scale=3)),
        g.Field("tags", g.ArrayType(g.StringType())),
        g.Field("inner", g.StructType([g.Field("at", g.TimestampType())])),
        g.Field("counts", g.MapType(g.IntegerType())),
        g.Field("any", g.ChoiceType([g.IntegerType(), g.StringType()])),
    ]
)
SPARKS = t.StructType(
    [
        t.StructField("id", t.LongType()),
        t.StructField("price", t.DecimalType(8, 3)),
        t.StructField("tags", t.ArrayType(t.StringType())),
        t.StructField("inner", t.StructType([t.StructField("at", t.TimestampType())])),
        t.StructField("counts", t.MapType(t.StringType(), t.IntegerType())),
        t.StructField("any", t.StringType()),
    ]
)


@pytest.mark.parametrize("schema", [GLUES, SPARKS], ids=["AWS's types", "Spark's types"])
def test_a_schema_is_read_by_whosever_types_it_is_written(schema: Any) -> None:
    assert given_schema({"withSchema": json.dumps(schema.jsonValue())}) == SPARKS


def test_no_schema_is_none() -> None:
    assert given_schema({"rowTag": "book"}) is None
    assert given_schema({"withSchema": ""}) is None


@pytest.mark.parametrize("text", ["id int", "{}", "[]", '{"dataType": "string"}', '{"dataType": "struct"}'])
def test_what_is_no_schema_of_a_record_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expected the schema of a record in withSchema, .* found "):
        given_schema({"withSchema": text})
