"""Spark for tests: that of the jobs, in the process of pytest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from glue_sandbox.notebooks.spark import kernel_environment
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@contextmanager
def spark_session(settings: Settings) -> Iterator[SparkSession]:
    """Yield a session that reads the sandbox's S3 and its Data Catalog; at the end it is stopped.

    Meanwhile this process has the environment variables of Spark, and imports the jobs' pyspark.

    Raises:
        SandboxError: Spark or Java is not set up.
    """
    with kernel_environment(settings) as environment:
        imported = environment.pop("PYTHONPATH").split(os.pathsep)
        with patch.dict(os.environ, environment), patch.object(sys, "path", [*imported, *sys.path]):
            from pyspark.sql import SparkSession

            session = SparkSession.builder.appName("tests").getOrCreate()
            try:
                yield session
            finally:
                session.stop()
