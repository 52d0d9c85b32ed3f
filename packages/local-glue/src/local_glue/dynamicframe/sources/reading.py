"""Files of a format as rows: what all sources of files have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, DataFrameReader, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StructType

from local_glue.dynamicframe.bucket_roots import with_root
from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.errors import error_column
from local_glue.dynamicframe.options import is_true
from local_glue.dynamicframe.paths import CASE
from local_glue.dynamicframe.refusals import unsupported
from local_glue.dynamicframe.sources.csv_files import read_csv
from local_glue.dynamicframe.sources.files import DataFile
from local_glue.dynamicframe.sources.json_files import read_json
from local_glue.dynamicframe.transforms.joining import union
from local_glue.dynamicframe.types.given_schema import given_schema

_INFERENCE = "spark.sql.sources.partitionColumnTypeInference.enabled"
# Glue's options of XML by the names that Spark's reader has for them, and where the defaults differ.
_XML_OPTIONS = {
    "rowTag": "rowTag",
    "encoding": "charset",
    "excludeAttribute": "excludeAttribute",
    "attributePrefix": "attributePrefix",
    "valueTag": "valueTag",
    "ignoreSurroundingSpaces": "ignoreSurroundingSpaces",
}
_CORRUPT = "_corrupt_record"  # Spark's column for what it could not parse
_XML_DEFAULTS = {"ignoreSurroundingSpaces": "false"}
# Options that add a column, and what Spark has in their place.
_ATTACHED = {
    "attachFilename": "input_file_name()",
    "attachTimestamp": 'col("_metadata.file_modification_time")',
}
FORMATS = ("csv", "json", "parquet", "orc", "avro", "xml")


@dataclass(frozen=True)
class Read:
    """The rows of some files, and the records in them that can't be read."""

    df: DataFrame
    errors: DataFrame | None = None


def read_files(
    spark: SparkSession, files: list[DataFile], text_format: str, options: dict[str, Any], site: CallSite
) -> Read:
    """Return the rows of files; folders like `year=2024` below the path asked for are columns of text.

    Raises:
        NotImplementedError: nothing here reads the format, or an option asks for more columns.
    """
    attached = next((name for name in _ATTACHED if options.get(name)), "")
    if attached:
        raise unsupported(
            f"The option {attached} is not here: add the column with Spark, as in "
            f'frame.toDF().withColumn("{options[attached]}", {_ATTACHED[attached]}).'
        )
    if not files:
        return Read(spark.createDataFrame([], StructType([])))
    roots: dict[str, list[DataFile]] = {}
    for file in files:
        roots.setdefault(file.root, []).append(file)
    parts = [_read_root(spark, root, some, text_format, options, site) for root, some in roots.items()]
    errors = [part.errors for part in parts if part.errors is not None]
    return Read(
        reduce(union, [part.df for part in parts]), reduce(DataFrame.union, errors) if errors else None
    )


def _read_root(
    spark: SparkSession,
    root: str,
    files: list[DataFile],
    text_format: str,
    options: dict[str, Any],
    site: CallSite,
) -> Read:
    is_partitioned = any("=" in file.folder.removeprefix(root) for file in files)
    reader = spark.read.options(**({"basePath": with_root(root)} if is_partitioned else {}))
    paths = [file.path for file in files]
    read = _reader_of(text_format)
    with _partitions_as_text(spark, is_wanted=text_format not in ("parquet", "orc")):
        try:
            return read(reader, paths, options, site)
        except AnalysisException as error:
            if error.getErrorClass() != "COLUMN_ALREADY_EXISTS" or spark.conf.get(CASE) == "true":
                raise
            # Two fields whose names differ in case only: to Glue they are two, to Spark from here on as well.
            spark.conf.set(CASE, "true")
            return read(reader, paths, options, site)


_Reader = Callable[[DataFrameReader, list[str], dict[str, Any], CallSite], Read]


def _reader_of(text_format: str) -> _Reader:
    readers: dict[str, _Reader] = {
        "csv": lambda reader, paths, options, _: Read(read_csv(reader, paths, options)),
        "json": lambda reader, paths, options, site: Read(*read_json(reader, paths, options, site)),
        "parquet": lambda reader, paths, options, _: Read(_columnar(reader, options).parquet(*paths)),
        "orc": lambda reader, paths, options, _: Read(_columnar(reader, options).orc(paths)),
        "avro": lambda reader, paths, _, __: Read(reader.format("avro").load(paths)),
        "xml": _read_xml,
    }
    if text_format not in readers:
        raise unsupported(
            f"Reading the format {text_format} is not here: expected one of {', '.join(FORMATS)}. Read the "
            "files with spark.read.text and parse the lines, or run this job on AWS."
        )
    return readers[text_format]


def _columnar(reader: DataFrameReader, options: dict[str, Any]) -> DataFrameReader:
    return reader.option("mergeSchema", is_true(options.get("mergeSchema")))


def _read_xml(reader: DataFrameReader, paths: list[str], options: dict[str, Any], site: CallSite) -> Read:
    if not options.get("rowTag"):
        raise ValueError('Expected the "rowTag" of the records in the options of the format xml, found none.')
    given = {name: str(options[glues]) for glues, name in _XML_OPTIONS.items() if glues in options}
    schema = given_schema(options)
    reader = reader.schema(schema) if schema else reader
    df = reader.format("xml").options(**{**_XML_DEFAULTS, **given}).load(",".join(paths))
    if _CORRUPT not in df.columns:
        return Read(df)

    is_good = f.col(_CORRUPT).isNull()
    error = error_column(f.lit("error in xml reader"), f.col(_CORRUPT), None, site.site, site.info)
    return Read(df.where(is_good).drop(_CORRUPT), df.where(~is_good).select(error))


@contextmanager
def _partitions_as_text(spark: SparkSession, *, is_wanted: bool) -> Iterator[None]:
    """Let Spark read the values of partitions as they stand: `month=01` is not the number 1."""
    before = spark.conf.get(_INFERENCE)
    if is_wanted:
        spark.conf.set(_INFERENCE, "false")
    try:
        yield
    finally:
        spark.conf.set(_INFERENCE, str(before))
