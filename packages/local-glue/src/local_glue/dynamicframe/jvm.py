"""What stands before the JVM: Glue's Java classes answered here, all else is the JVM's own."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from py4j.java_gateway import JavaPackage
from pyspark.sql import DataFrame

from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.gluecontext import ScalaGlueContext
from local_glue.dynamicframe.paths import quote, tell_cases_apart
from local_glue.dynamicframe.refusals import refuse
from local_glue.dynamicframe.transforms.apply_mapping import Mapping as FieldMapping


class JvmWithGlue:
    """The JVM of a Spark session; a class that neither it nor this package has is refused by its name."""

    def __init__(self, jvm: Any, context: ScalaGlueContext) -> None:
        self._jvm = jvm
        self._glue = _classes(jvm, context)

    def __getattr__(self, name: str) -> Any:
        if name in self._glue:
            return self._glue[name]
        found = getattr(self._jvm, name)
        if isinstance(found, JavaPackage) and name[:1].isupper():
            return refuse()
        return found


class SparkContextWithGlue:
    """A SparkContext whose JVM has Glue's classes."""

    def __init__(self, spark_context: Any, jvm: JvmWithGlue) -> None:
        self._spark_context = spark_context
        self._jvm = jvm

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spark_context, name)


class _Over:
    """A Java package or class with some of its members answered here."""

    def __init__(self, original: Any, members: Mapping[str, Any]) -> None:
        self._original = original
        self.__dict__.update(members)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def _classes(jvm: Any, context: ScalaGlueContext) -> dict[str, Any]:
    tuples = {f"Tuple{n}": SimpleNamespace(apply=lambda *parts: parts) for n in (2, 3, 4)}
    return {
        "CallSite": CallSite,
        "DynamicFrame": SimpleNamespace(
            apply=lambda jdf, _: _of_data_frame(jdf, context),
            emptyDynamicFrame=lambda _: context.frame(context.spark.createDataFrame([], "struct<>")),
            fromPythonRDD=lambda frame, jrdd, _, ctx, __, *step: frame.from_python(jrdd, ctx, *step),
        ),
        "GluePythonUtils": SimpleNamespace(
            constructChoiceOption=lambda choice: choice or None,
            constructOption=lambda value: value,
            seqAsJava=list,
        ),
        "Job": context.bookmarks,
        "JsonOptions": json.loads,
        "MappingSpec": SimpleNamespace(apply=FieldMapping.of),
        "PythonUtils": _Over(jvm.PythonUtils, {"toSeq": list}),
        "RecordUtils": SimpleNamespace(quoteName=lambda name: quote(name) if "." in name else name),
        "ResolveSpec": SimpleNamespace(apply=lambda path, action: (path, action)),
        "StreamingSource": SimpleNamespace(updateNumRecords=_ignore, updateBatchProcessingTimeInMs=_ignore),
        "scala": _Over(jvm.scala, tuples),
    }


def _of_data_frame(jdf: Any, context: ScalaGlueContext) -> Any:
    df = DataFrame(jdf, context.spark)
    tell_cases_apart(context.spark, df.columns)
    return context.frame(df)


def _ignore(_: Any) -> None:
    """Take a metric of a stream that nobody here reads."""
