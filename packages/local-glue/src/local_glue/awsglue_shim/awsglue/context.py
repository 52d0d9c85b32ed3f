"""`GlueContext` without Glue's jars: AWS's own, with answers in Python in place of Glue's classes."""

from typing import Any

from awsglue._original import original
from pyspark.sql import SparkSession, SQLContext

from local_glue.dynamicframe.bucket_roots import accept_buckets
from local_glue.dynamicframe.drivers import offer_drivers
from local_glue.dynamicframe.gluecontext import ScalaGlueContext
from local_glue.dynamicframe.jvm import JvmWithGlue, SparkContextWithGlue

_aws: Any = original("context")
_LOGGER = "GlueLogger"

accept_buckets()
offer_drivers()


class GlueLogger:
    """Writes to the error log of the run, as Glue's own logger does."""

    def __init__(self, jvm: Any) -> None:
        log4j = jvm.org.apache.logging.log4j
        log4j.core.config.Configurator.setLevel(_LOGGER, log4j.Level.INFO)
        self._logger = log4j.LogManager.getLogger(_LOGGER)

    def info(self, message: object) -> None:
        """Log what went as it should."""
        self._logger.info(str(message))

    def warn(self, message: object) -> None:
        """Log what someone should look at."""
        self._logger.warn(str(message))

    def error(self, message: object) -> None:
        """Log what went wrong."""
        self._logger.error(str(message))

    def debug(self, message: object) -> None:
        """Log a detail; not shown at the level INFO."""
        self._logger.debug(str(message))


class GlueContext(_aws.GlueContext):  # type: ignore[misc]
    """AWS's GlueContext on a plain Spark: what it asks of Glue's Java classes is answered in Python."""

    def __init__(self, sparkContext: Any = None, **options: Any) -> None:  # noqa: ARG002, N803 - AWS's signature
        if isinstance(sparkContext, SparkSession):
            session = sparkContext
        else:
            session = SparkSession.builder.getOrCreate()

        spark_context = session.sparkContext
        # Not AWS's own: that one looks for Glue's classes at once.
        SQLContext.__init__(self, spark_context, session)
        self.spark_session = session
        self._glue_logger = GlueLogger(spark_context._jvm)
        self._glue_scala_context = ScalaGlueContext(session, self._jsqlContext)
        self._jvm = JvmWithGlue(spark_context._jvm, self._glue_scala_context)
        self._sc = SparkContextWithGlue(spark_context, self._jvm)
        self.create_dynamic_frame = _aws.DynamicFrameReader(self)
        self.create_data_frame = _aws.DataFrameReader(self)
        self.write_dynamic_frame = _aws.DynamicFrameWriter(self)
        self.write_data_frame = _aws.DataFrameWriter(self)
