"""The source of files: `create_dynamic_frame.from_options("s3", ...)` and `getSource`."""
# ruff: noqa: N802 - AWS's names

from typing import TYPE_CHECKING, Any

from local_glue.dynamicframe.frames.call_site import CallSite
from local_glue.dynamicframe.frames.errors import Errors
from local_glue.dynamicframe.frames.frame import Frame
from local_glue.dynamicframe.sources.files import list_files
from local_glue.dynamicframe.sources.reading import read_files

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class FileSource:
    """Files below some paths, in one format."""

    def __init__(
        self, context: "ScalaGlueContext", text_format: str | None, options: dict[str, Any], ctx: str
    ) -> None:
        self._context = context
        self._format = text_format
        self._options = options
        self._site = CallSite(options.get("callSite", ""))
        self._ctx = ctx

    def setFormat(self, name: str, options: dict[str, Any]) -> None:
        """Set the format of the files, and its options."""
        self._format = name.lower()
        self._options = {**self._options, **options}

    def getDynamicFrame(self, *_partitions: int) -> Frame:
        """Return the records of the files that are new to this source.

        Raises:
            ValueError: the source has no format or no paths.
            NotImplementedError: nothing here reads the format.
        """
        paths = self._options.get("paths", self._options.get("path"))
        if not paths or self._format is None:
            raise ValueError(
                'Expected connection_options with "paths" and a format such as csv, json or parquet, found '
                f"paths={paths!r}, format={self._format!r}."
            )
        files = list_files([paths] if isinstance(paths, str) else paths, self._options)
        files = self._context.bookmarks.new_files(self._ctx, files, self._options)
        read = read_files(self._context.spark, files, self._format, self._options, self._site)
        return Frame(read.df, self._context, Errors.of_source(read.errors, self._options))

    def getSampleDynamicFrame(self, number: int, _options: dict[str, Any]) -> Frame:
        """Return the first records."""
        frame = self.getDynamicFrame()
        return Frame(frame.df.limit(int(number)), self._context, frame.errors)

    def getDataFrame(self) -> Any:
        """Return the JVM's DataFrame of the records."""
        return self.getDynamicFrame().toDF(())
