"""How the Spark job reads and writes the data bucket. Paths come from `layout`, schemas from `contracts`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from music_streams import layout, storage
from music_streams.compaction import CuratedFiles, is_data
from music_streams.contracts import CURATED_LISTENS, INPUTS, KPI_TABLES, InputFile, KpiTable
from music_streams.kpi_tables.kpi_rows import Row, json_line
from music_streams.threads import in_threads
from music_streams.transforms.rows import no_rows, rejected_rows, schema_of, staged_schema

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CORRECTNESS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Dates are of one calendar throughout; Spark's default is to fail at dates where calendars differ.
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    # What was not read must fail the job: files are deleted because their listens are in others.
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}
"""What the results depend on, whatever the cluster's own defaults are."""
BYTES_PER_PIECE = 32 * 1024 * 1024
PARQUET_EXPANDS = 8
MOST_PIECES = 2000
UNFINISHED = ("_temporary/", ".spark-staging")
"""Where Spark writes below a folder until a write is complete."""
PIECES_PER_FILE = 4
"""A date gets one file for so many pieces of it."""
PLANS = {
    # Pieces are as many as the data asks for, and rows stay where they are counted: nothing is left to adapt.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": str(32 * 1024 * 1024),
    # What is held is read twice and then gone: looking how to compress it is an eighth of a large run.
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
}


class DataBucket:
    """The data bucket as one Spark job sees it."""

    def __init__(self, spark: SparkSession, s3: "S3Client", bucket: str) -> None:
        self._spark = spark
        self._s3 = s3
        self._bucket = bucket
        self.is_small = False
        """Whether all of the data is one piece, which the driver can hold as well."""
        self._files_per_date = 1
        spark.sparkContext.setLogLevel("WARN")
        for name, value in {**CORRECTNESS, **PLANS}.items():
            spark.conf.set(name, value)

    def fit_to(self, batch_id: str, curated: CuratedFiles) -> None:
        """Shuffle in as many pieces as the data asks for: one for a small day, many for a large one.

        Spark's own 200 pieces turn a day of ten thousand listens into minutes of empty tasks.
        """
        staged = sum(size for _, size in self._listed(layout.staging_prefix(batch_id)))
        pieces = min(MOST_PIECES, 1 + PARQUET_EXPANDS * (staged + curated.size) // BYTES_PER_PIECE)
        self.is_small = pieces == 1
        self._files_per_date = max(1, pieces // (PIECES_PER_FILE * max(1, len(curated.of_date))))

        self._spark.conf.set("spark.sql.shuffle.partitions", str(pieces))

    def clear_leftovers(self) -> None:
        """Remove what writes of a killed run left half done; no other run of the job is under way."""
        roots = [layout.CURATED_LISTENS, *map(layout.rejected_prefix, INPUTS)]
        roots += [layout.output_prefix(table) for table in KPI_TABLES]
        unfinished = [f"{root}{name}" for root in roots for name in UNFINISHED]
        self._delete_below(unfinished)

    def _listed(self, prefix: str) -> "list[tuple[str, int]]":
        return [
            (entry["Key"], entry["Size"]) for entry in storage.list_objects(self._s3, self._bucket, prefix)
        ]

    def staged(self, batch_id: str, contract: InputFile) -> DataFrame:
        """Return all staged rows of one kind; no rows if no such file was delivered."""
        prefix = layout.staging_prefix(batch_id, contract.kind)
        schema = staged_schema(contract)
        if not storage.exists_below(self._s3, self._bucket, prefix):
            return no_rows(self._spark, schema)
        rows = self._spark.read.schema(schema).parquet(self._path(prefix))
        return rows.coalesce(1) if self.is_small else rows

    def curated_files(self, dates: "Iterable[str]") -> CuratedFiles:
        """Return what lies in curated of these dates now; no other partition is looked at."""
        of_dates = sorted(dates)
        listed = in_threads(lambda date: self._listed(layout.curated_partition(date)), of_dates)
        found = ({key: size for key, size in files if is_data(key)} for files in listed)
        return CuratedFiles(dict(zip(of_dates, found)))

    def curated_listens(self, files: CuratedFiles) -> DataFrame:
        """Return what curated holds of the dates of these files."""
        paths = [self._path(layout.curated_partition(date)) for date in files.dates()]
        schema = schema_of(CURATED_LISTENS)
        if not paths:
            return no_rows(self._spark, schema)
        base = self._path(layout.CURATED_LISTENS)
        return self._spark.read.schema(schema).option("basePath", base).parquet(*paths)

    def by_day_and_user(self, rows: DataFrame) -> DataFrame:
        """Move the rows, once: all that is counted per user and day later moves nothing more."""
        return rows.coalesce(1) if self.is_small else rows.repartition("listen_date", "user_id")

    def computed_once(self, rows: DataFrame) -> DataFrame:
        """Return the rows, computed at their first use and then held by the executors.

        Spark gives up a cache (`persist`) of what was read from a folder as soon as it writes there. A lost
        executor fails the job, which is repeated.
        """
        return rows.localCheckpoint(eager=False)

    def held(self, rows: DataFrame) -> DataFrame:
        """Return rows of staging, kept at their first use where they are many; few are read again sooner."""
        return rows if self.is_small else rows.persist()

    def append_curated(self, listens: DataFrame) -> None:
        """Add listens to the partitions of their dates."""
        columns = [column.name for column in CURATED_LISTENS]
        path = self._path(layout.CURATED_LISTENS)
        by_date = self._gathered(listens.select(*columns), "listen_date")
        by_date.write.partitionBy("listen_date").mode("append").parquet(path)

    def delete_curated(self, keys: "list[str]") -> None:
        """Delete files whose listens are in other files of their dates."""
        storage.delete_keys(self._s3, self._bucket, keys)

    def write_rejected(self, checked: DataFrame, kind: str, file_ids: "Iterable[str]") -> None:
        """Replace the rejected rows of these files, which are all that have some.

        Not by Spark's own replacing of partitions: it moves them one after the other, a file each.
        """
        rows = rejected_rows(checked, INPUTS[kind])
        few = [row.asDict() for row in rows.collect()] if self.is_small else None
        self._delete_below(layout.rejected_partition(kind, file_id) for file_id in file_ids)

        if few is None:
            rows.write.partitionBy("file_id").mode("append").json(self._path(layout.rejected_prefix(kind)))
        else:
            self._put_rows((layout.rejected_partition(kind, row["file_id"]), "file_id", row) for row in few)

    def clear_output(self, dates: "Iterable[str]") -> None:
        """Delete the KPI tables' output of these dates.

        Before the new one comes: for a moment a day may be absent, but never twice or half old.
        """
        self._delete_below(layout.output_partition(table, date) for table in KPI_TABLES for date in dates)

    def put_output(self, tables: "Mapping[KpiTable, Iterable[Row]]") -> None:
        """Write rows that the driver holds, sorted by key: one object per table and date."""
        self._put_rows(
            (layout.output_partition(table, row[table.date_column]), table.date_column, row)
            for table, rows in tables.items()
            for row in rows
        )

    def _put_rows(self, rows: "Iterable[tuple[str, str, Row]]") -> None:
        """Write rows with their partitions and the columns that those stand for: one object a partition."""
        bodies: defaultdict[str, list[str]] = defaultdict(list)
        for partition, column, row in rows:
            bodies[partition].append(json_line(row, without=column))
        in_threads(lambda each: self._put_lines(*each), bodies.items())

    def _put_lines(self, partition: str, lines: "list[str]") -> None:
        body = "".join(lines).encode()
        key = layout.whole_part(partition)
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/x-ndjson")

    def append_output(self, table: KpiTable, rows: DataFrame) -> None:
        """Write rows of any number, each file sorted by key."""
        path = self._path(layout.output_prefix(table))
        by_date = self._gathered(rows, table.date_column)
        by_key = by_date.sortWithinPartitions(table.date_column, *table.key)
        by_key.write.partitionBy(table.date_column).mode("append").json(path)

    def _delete_below(self, prefixes: "Iterable[str]") -> None:
        in_threads(lambda prefix: storage.delete_below(self._s3, self._bucket, prefix), prefixes)

    def _gathered(self, rows: DataFrame, date_column: str) -> DataFrame:
        """One file for a small date, several for a large one, instead of one of each task in every date."""
        if self.is_small:
            return rows
        if self._files_per_date == 1:
            return rows.repartition(date_column)
        file = F.pmod(F.xxhash64("track_id"), F.lit(self._files_per_date))
        return rows.repartition(date_column, file)

    def _path(self, prefix: str) -> str:
        return f"s3://{self._bucket}/{prefix}"
