"""What AWS's `DataSink` calls of every sink."""
# ruff: noqa: N802 - AWS's names

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame

from local_glue.dynamicframe.frames.frame import Frame

if TYPE_CHECKING:
    from local_glue.dynamicframe.gluecontext import ScalaGlueContext


class Sink(ABC):
    """Takes the good records of frames."""

    def __init__(self, context: "ScalaGlueContext") -> None:
        self.context = context

    @abstractmethod
    def write(self, df: DataFrame) -> None:
        """Write rows."""

    def setFormat(self, _name: str, _options: dict[str, Any]) -> None:  # noqa: B027
        """Accept a format: only files have one."""

    def setAccumulableSize(self, _size: int) -> None:  # noqa: B027
        """Accept AWS's bound on what it collects of error records: here they stay in Spark."""

    def pyWriteDynamicFrame(self, frame: Frame, _site: str, _info: str) -> Frame:
        """Write the good records; return the frame of those that could not be written: none.

        Raises:
            ErrorThresholdError: more records went wrong than the script allows.
        """
        self.write(frame.to_data_frame())
        return Frame(frame.df.limit(0), self.context)

    def pyWriteDataFrame(self, jdf: Any, _context: Any, _site: str, _info: str) -> Any:
        """Write the rows of the JVM's DataFrame."""
        self.write(DataFrame(jdf, self.context.spark))
        return jdf
