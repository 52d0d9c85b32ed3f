"""Columns that say when rows came in: ingest_year down to the granularity asked for."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

_PARTS = ("year", "month", "day", "hour", "minute")


def with_ingestion_time(df: DataFrame, granularity: str) -> DataFrame:
    """Return the rows with the current time in columns, down to `day`, `hour` or `minute`.

    Raises:
        ValueError: the granularity is another one.
    """
    name = granularity.lower()
    if name not in _PARTS[2:]:
        raise ValueError(f"Expected the time granularity day, hour or minute, found {granularity!r}.")
    now = f.current_timestamp()
    read = {"year": f.year, "month": f.month, "day": f.dayofmonth, "hour": f.hour, "minute": f.minute}
    for part in _PARTS[: _PARTS.index(name) + 1]:
        df = df.withColumn(f"ingest_{part}", read[part](now))
    return df
