"""`Frame`: what AWS's `DynamicFrame` has as `_jdf`, with the names of the Java methods that it calls."""
# ruff: noqa: N802 - AWS's names

import json
from collections.abc import Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.types import NullType, StructType

from local_glue.dynamicframe.frames import records
from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.frame_transforms import FrameTransforms
from local_glue.dynamicframe.transforms import resolve_choice
from local_glue.dynamicframe.types.schema import GlueSchema


class Frame(FrameTransforms):
    """A frame that is looked at, counted, written, or handed to a Python function."""

    def getName(self) -> str:
        """Return the name of a table that Relationalize made."""
        return self.name

    def schema(self) -> GlueSchema:
        """Return the schema, choices included."""
        return GlueSchema(self.df.schema)

    def pyWithFrameSchema(self, _schema: str) -> "Frame":
        """Return the frame itself: its schema is known."""
        return self

    def count(self) -> int:
        """Return the number of good records."""
        self.errors.check()
        return self.df.count()

    def showString(self, number: int) -> str:
        """Return the first records, one a line, as JSON without what is null."""
        self.errors.check()
        some = [_without_nulls(records.to_plain(row)) for row in self.df.take(number)]
        return "\n".join([*(json.dumps(one, ensure_ascii=False, default=str) for one in some), ""])

    def getNumPartitions(self) -> int:
        """Return the number of partitions."""
        return self.df.rdd.getNumPartitions()

    def to_data_frame(self, specs: Sequence[tuple[str, str]] = ()) -> DataFrame:
        """Return the rows as a DataFrame, choices as structs.

        Raises:
            ErrorThresholdError: more records went wrong than the script allows.
        """
        self.errors.check()
        return resolve_choice.as_data_frame(resolve_choice.resolve_specs(self.df, specs))

    def toDF(self, specs: Sequence[tuple[str, str]]) -> Any:
        """Return the JVM's DataFrame."""
        return self.to_data_frame(specs)._jdf

    def javaToPython(self) -> Any:
        """Return the JVM's RDD of pickled records."""
        return records.to_records(self.df)._jrdd

    def from_python(self, jrdd: Any, *step: Any) -> "Frame":
        """Return the frame of what a Python function made of this one's records."""
        site: CallSite = step[1]
        df, errors = records.from_records(
            self.df.sparkSession,
            jrdd,
            self.df.schema,
            keeps_schema=site.is_inside("filter"),
            site=site.site,
            info=site.info,
        )
        return self.next_frame(df, step, errors)

    def errorsCount(self) -> int:
        """Return how many records went wrong."""
        return self.errors.count()

    def stageErrorsCount(self) -> int:
        """Return how many records went wrong in the last transform."""
        return self.errors.stage_count()

    def assertErrorThreshold(self) -> None:
        """Count the errors that have a limit."""
        self.errors.check()

    def errorsAsDynamicFrame(self) -> "Frame":
        """Return the records that went wrong, with what is known of them."""
        frames = self.errors.all
        df = self.df.sparkSession.createDataFrame([], StructType([]).add("error", NullType()))
        for number, one in enumerate(frames):
            df = one if number == 0 else df.unionByName(one)
        return Frame(df, self.context)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value
