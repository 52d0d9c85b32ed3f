"""Values of one type as another one: what does not fit is null, as AWS's casts have it."""

from functools import cache

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, AtomicType, DataType, MapType, StringType, StructType

from local_glue.dynamicframe.types.choices import alternatives, is_choice, pick


def cast(value: Column, kind: DataType, target: DataType) -> Column:
    """Return a value as the target type; of a choice, whichever of its values fits."""
    if is_choice(kind):
        casts = [cast(pick(value, name), one, target) for name, one in alternatives(kind).items()]
        return f.coalesce(*casts)
    if kind == target:
        return value
    if isinstance(target, StringType) and isinstance(kind, (StructType, ArrayType, MapType)):
        return f.to_json(value)
    if not _can_cast(kind.json(), target.json()):
        return f.lit(None).cast(target)
    # By its name a type takes one call into the JVM, as an object a dozen.
    return value.cast(target.simpleString() if isinstance(target, AtomicType) else target)


@cache
def _can_cast(kind: str, target: str) -> bool:
    """Ask Spark itself whether it knows such a cast: one that it does not know ends the whole query."""
    catalyst = SparkSession.active().sparkContext._jvm.org.apache.spark.sql  # type: ignore[union-attr]
    types = catalyst.types.DataType
    can_cast: bool = catalyst.catalyst.expressions.Cast.canCast(types.fromJson(kind), types.fromJson(target))
    return can_cast
