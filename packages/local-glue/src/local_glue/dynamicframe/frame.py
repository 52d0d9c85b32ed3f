"""`Frame`: what AWS's `DynamicFrame` has as `_jdf`, with the names of the Java methods that it calls."""
# ruff: noqa: N802 - AWS's names

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql.types import NullType, StructType

from local_glue.dynamicframe import records
from local_glue.dynamicframe.call_site import CallSite
from local_glue.dynamicframe.errors import Errors
from local_glue.dynamicframe.schema import GlueSchema
from local_glue.dynamicframe.transforms import fields, joining, nesting, resolve_choice, rows
from local_glue.dynamicframe.transforms.apply_mapping import Mapping, apply_mapping
from local_glue.dynamicframe.transforms.relationalize import relationalize
from local_glue.dynamicframe.transforms.unbox import unbox

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class Frame:
    """The rows of a DynamicFrame, and the records that went wrong on the way to them."""

    def __init__(
        self, df: DataFrame, context: "ScalaGlueContext", errors: Errors | None = None, name: str = ""
    ) -> None:
        self.df = df
        self.context = context
        self.errors = errors or Errors()
        self.name = name

    # What it is

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

    # Transforms

    def applyMapping(self, mappings: Sequence[Mapping], case_sensitive: bool, *step: Any) -> "Frame":
        """ApplyMapping."""
        return self._next(apply_mapping(self.df, mappings, case_sensitive=case_sensitive), step)

    def dropFields(self, paths: Sequence[str], *step: Any) -> "Frame":
        """DropFields."""
        return self._next(fields.drop_fields(self.df, paths), step)

    def selectFields(self, paths: Sequence[str], *step: Any) -> "Frame":
        """SelectFields."""
        return self._next(fields.select_fields(self.df, paths), step)

    def renameField(self, old: str, new: str, *step: Any) -> "Frame":
        """RenameField."""
        return self._next(fields.rename_field(self.df, old, new), step)

    def splitFields(self, paths: Sequence[str], *step: Any) -> "list[Frame]":
        """SplitFields."""
        return [self._next(df, step) for df in fields.split_fields(self.df, paths)]

    def splitRows(
        self, paths: Sequence[str], values: Sequence[Any], signs: Sequence[str], *step: Any
    ) -> "list[Frame]":
        """SplitRows."""
        return [self._next(df, step) for df in rows.split_rows(self.df, paths, values, signs)]

    def spigot(self, path: str, options: dict[str, Any], *step: Any) -> "Frame":
        """Spigot."""
        rows.spigot(self.df, path, options)
        return self._next(self.df, step)

    def join(self, keys1: Sequence[str], keys2: Sequence[str], other: "Frame", *step: Any) -> "Frame":
        """Join."""
        return self._both(other, joining.join(self.df, other.df, keys1, keys2), step)

    def union(self, other: "Frame", *step: Any) -> "Frame":
        """Union."""
        return self._both(other, joining.union(self.df, other.df), step)

    def mergeDynamicFrames(
        self, stage: "Frame", keys: Sequence[str], ctx: str, _options: dict[str, Any], *step: Any
    ) -> "Frame":
        """Merge a staged frame into this one."""
        return self._both(stage, joining.merge_by_key(self.df, stage.df, keys), (ctx, *step))

    def unnest(self, *step: Any) -> "Frame":
        """UnnestFrame."""
        return self._next(nesting.unnest(self.df), step)

    def unnestDDBJson(self, *step: Any) -> "Frame":
        """Unnest DynamoDB's JSON."""
        return self._next(nesting.unnest_ddb_json(self.df), step)

    def simplifyDDBJson(self) -> "Frame":
        """Simplify DynamoDB's JSON."""
        return self._next(nesting.simplify_ddb_json(self.df), ())

    def relationalize(
        self, root: str, _staging_path: str, _options: dict[str, Any], *step: Any
    ) -> "list[Frame]":
        """Relationalize."""
        tables = relationalize(self.df, root)
        return [self._next(df, step, name=name) for name, df in tables.items()]

    def unbox(self, path: str, format: str, options: str, *step: Any) -> "Frame":  # noqa: A002
        """Unbox."""
        df, errors = unbox(self.df, path, format, json.loads(options), step[1])
        return self._next(df, step, errors)

    def resolveChoice(
        self,
        specs: Sequence[tuple[str, str]],
        choice: str | None,
        database: str | None,
        table: str | None,
        *step: Any,
    ) -> "Frame":
        """ResolveChoice."""
        if choice is None:
            df = resolve_choice.resolve_specs(self.df, specs)
        elif choice.lower() == "match_catalog":
            if database is None or table is None:
                raise ValueError("match_catalog needs both a database and a table_name.")
            types = self.context.catalog(step[4]).column_types(database, table)
            df = resolve_choice.match_catalog(self.df, types)
        else:
            df = resolve_choice.resolve_all(self.df, choice)
        return self._next(df, step)

    def repartition(self, number: int, *step: Any) -> "Frame":
        """Repartition."""
        return self._next(self.df.repartition(number), step)

    def coalesce(self, number: int, shuffle: bool, *step: Any) -> "Frame":
        """Coalesce."""
        return self._next(self.df.repartition(number) if shuffle else self.df.coalesce(number), step)

    # Python functions

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
        return self._next(df, step, errors)

    # Errors

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

    def _next(
        self, df: DataFrame, step: Sequence[Any], stage_errors: DataFrame | None = None, name: str = ""
    ) -> "Frame":
        """Return the frame after one step: its transformation_ctx, call site and thresholds."""
        stage, total = step[2:4] or (0, 0)
        return Frame(df, self.context, self.errors.then(stage_errors, stage, total), name)

    def _both(self, other: "Frame", df: DataFrame, step: Sequence[Any]) -> "Frame":
        stage, total = step[2:4]
        errors = self.errors.beside(other.errors).then(None, stage, total)
        return Frame(df, self.context, errors, self.name)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value
