"""Ten transforms of DynamicFrames, and the same in plain DataFrames, in turns in one Spark session.

    python frame_chain.py ROWS ROUNDS

Started by path in the jobs' Python. Prints a line of JSON: the CPU seconds of each round of both, driver and
JVM together.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import DropNullFields
from pyspark.context import SparkContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as f

MAPPINGS = [
    ("id", "bigint", "id", "string"),
    ("country_id", "bigint", "country_id", "bigint"),
    ("amount", "string", "amount", "double"),
    ("place.city", "string", "place.city", "string"),
    ("place.zip", "bigint", "place.zip", "string"),
    ("note", "string", "note", "string"),
]


def orders(spark: Any, rows: int) -> DataFrame:
    """Return one row per order, with a struct and a text that holds a number."""
    numbers: DataFrame = spark.range(rows, numPartitions=4)
    return numbers.select(
        "id",
        (f.col("id") % 50).alias("country_id"),
        (f.col("id") % 1000).cast("string").alias("amount"),
        f.struct(
            f.concat(f.lit("city "), f.col("id") % 97).alias("city"), (f.col("id") % 9999).alias("zip")
        ).alias("place"),
        f.concat(f.lit("note "), "id").alias("note"),
    )


def by_frames(source: DataFrame, countries: DataFrame, glue: GlueContext) -> DataFrame:
    """Return the orders after ten transforms of DynamicFrames."""
    frame = DynamicFrame.fromDF(source, glue, "orders").apply_mapping(MAPPINGS)
    frame = frame.rename_field("note", "comment").resolveChoice(specs=[("country_id", "cast:int")])
    frame = DropNullFields.apply(frame.unnest().drop_fields(["comment"]))
    frame = frame.join(["country_id"], ["code"], DynamicFrame.fromDF(countries, glue, "countries"))
    frame = frame.split_rows({"amount": {">": 10}}, "much", "little").select("much")
    frame = frame.select_fields(["id", "amount", "country", "`place.city`"])
    df: DataFrame = frame.coalesce(2).toDF()
    return df


def by_plain(source: DataFrame, countries: DataFrame, _: GlueContext) -> DataFrame:
    """Return the same as a person writes it."""
    df = source.select(
        f.col("id").cast("string"),
        f.col("country_id").cast("int"),
        f.col("amount").cast("double"),
        f.col("place.city").alias("place.city"),
    )
    df = df.join(countries, df["country_id"] == countries["code"]).where("amount > 10")
    return df.select("id", "amount", "country", "`place.city`").coalesce(2)


def main(rows: int, rounds: int) -> None:
    """Measure both in turns, after a round that warms the session up and compares their answers."""
    glue = GlueContext(SparkContext())
    spark = glue.spark_session
    source = orders(spark, rows).cache()
    countries = spark.range(50).select(
        f.col("id").cast("int").alias("code"), f.concat(f.lit("country "), "id").alias("country")
    )
    source.count()

    chains: dict[str, Callable[..., DataFrame]] = {"frames": by_frames, "plain": by_plain}
    answers = {name: _answer(chain(source, countries, glue)) for name, chain in chains.items()}
    if answers["frames"] != answers["plain"]:
        sys.exit(f"expected equal answers, found {answers}")

    seconds: dict[str, list[float]] = {name: [] for name in chains}
    for _ in range(rounds):
        for name, chain in chains.items():
            before = _cpu(spark)
            chain(source, countries, glue).write.format("noop").mode("overwrite").save()
            seconds[name].append(_cpu(spark) - before)
    print(json.dumps(seconds))


def _answer(df: DataFrame) -> list[Any]:
    columns = [f"`{name}`" for name in sorted(df.columns)]
    row = df.select(f.count("*"), f.sum(f.hash(*columns).cast("long"))).first()
    return [sorted(df.columns), *(row or ())]


def _cpu(spark: Any) -> float:
    """Return the CPU seconds of this process and of its JVM so far."""
    factory = spark.sparkContext._jvm.java.lang.management.ManagementFactory
    # The class of the bean is not public: the interface's method is called by reflection.
    interface = spark.sparkContext._jvm.java.lang.Class.forName("com.sun.management.OperatingSystemMXBean")
    method = interface.getMethod("getProcessCpuTime", None)
    nanoseconds = int(method.invoke(factory.getOperatingSystemMXBean(), None))
    return time.process_time() + nanoseconds / 1e9


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
