"""Relationalize: a table of the records, and one of each array's elements that points back to it."""

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType

from local_glue.dynamicframe.paths import column, quote
from local_glue.dynamicframe.transforms.editing import select
from local_glue.dynamicframe.transforms.nesting import unnest

_KEY = "__glue_record_number"
_ROW_BITS = 33  # of monotonically_increasing_id: the partition stands above, the row within it below


def relationalize(df: DataFrame, root: str) -> dict[str, DataFrame]:
    """Return the tables by their names; an array is the key of its record, its elements are in a table."""
    tables: dict[str, DataFrame] = {}
    _add_table(tables, root, root, unnest(df))
    return tables


def _add_table(tables: dict[str, DataFrame], root: str, name: str, flat: DataFrame) -> None:
    arrays = [x.name for x in flat.schema.fields if isinstance(x.dataType, ArrayType)]
    if not arrays:
        tables[name] = flat
        return
    numbered = _numbered(flat)
    tables[name] = select(numbered, [(n, _key_of(n) if n in arrays else column(n)) for n in flat.columns])
    for array in arrays:
        elements = numbered.select(
            column(_KEY).alias("id"), f.posexplode(column(array)).alias("index", f"{array}.val")
        )
        _add_table(tables, root, f"{root}_{array}", unnest(elements))


def _key_of(array: str) -> Column:
    return f.when(column(array).isNotNull(), column(_KEY))


def _numbered(df: DataFrame) -> DataFrame:
    """Return the rows with numbers from 1 on. They are kept, for the tables must agree on the numbers."""
    marked = df.withColumn(_KEY, f.monotonically_increasing_id()).persist(StorageLevel.MEMORY_AND_DISK)
    partition = f.shiftright(column(_KEY), _ROW_BITS)
    counts = marked.groupBy(partition.alias("partition")).count().orderBy("partition").collect()
    starts, start = {}, 1
    for row in counts:
        starts[row["partition"]] = start
        start += row["count"]
    if not starts:
        return marked
    offsets = f.create_map(*[f.lit(part) for pair in starts.items() for part in pair])
    row_number = column(_KEY).bitwiseAND(f.lit((1 << _ROW_BITS) - 1))
    others = [f.col(quote(name)) for name in df.columns]
    return marked.select(*others, (offsets[partition] + row_number).alias(_KEY))
