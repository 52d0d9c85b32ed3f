"""`Job` without Glue's jars: `init` and `commit` frame the script; there are no bookmarks to keep."""

from collections.abc import Mapping
from typing import Any

from awsglue._original import original

_aws: Any = original("job")


class Job(_aws.Job):  # type: ignore[misc]
    """AWS's Job. Runs that ask for bookmarks are refused before their script starts."""

    def __init__(self, glue_context_or_spark_session: Any) -> None:
        from awsglue.context import GlueContext
        from pyspark.sql import SparkSession

        if not isinstance(glue_context_or_spark_session, (GlueContext, SparkSession)):
            raise TypeError(
                "Job takes a GlueContext or a SparkSession, "
                f"found {type(glue_context_or_spark_session).__name__}: write Job(glueContext)"
            )
        self._is_initialized = False

    def init(self, job_name: str, args: Mapping[str, Any] | None = None) -> None:  # noqa: ARG002 - AWS's signature
        """Begin the job."""
        self._is_initialized = True

    def isInitialized(self) -> bool:  # noqa: N802 - AWS's name
        """Tell whether `init` was called."""
        return self._is_initialized

    def commit(self) -> None:
        """End the job. Nothing is kept: bookmarks are not here."""
