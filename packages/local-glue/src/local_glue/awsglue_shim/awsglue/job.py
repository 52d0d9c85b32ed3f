"""`Job` without Glue's jars: AWS's own; its bookmark is kept by the local Glue service."""

from typing import Any

from awsglue._original import original

_aws: Any = original("job")


class Job(_aws.Job):  # type: ignore[misc]
    """AWS's Job. One of a SparkSession has the answers of a GlueContext on that session."""

    def __init__(self, glue_context_or_spark_session: Any) -> None:
        from awsglue.context import GlueContext
        from pyspark.sql import SparkSession

        if isinstance(glue_context_or_spark_session, SparkSession):
            glue_context_or_spark_session = GlueContext(glue_context_or_spark_session)
        if not isinstance(glue_context_or_spark_session, GlueContext):
            raise TypeError(
                "Job takes a GlueContext or a SparkSession, "
                f"found {type(glue_context_or_spark_session).__name__}: write Job(glueContext)"
            )
        super().__init__(glue_context_or_spark_session)
