"""Which `awsglue` a Spark job imports: Glue's own where its jars are, else our shim in front."""

from pathlib import Path

from local_glue.runs.spark.installation import Installation

_SHIM = Path(__file__).parents[2] / "awsglue_shim"
_GLUE_JAR = "AWSGlueETL*.jar"


def awsglue_path(installation: Installation) -> list[str]:
    """Give what goes on a Spark job's PYTHONPATH, behind the job's own modules."""
    return [] if installation.holds(_GLUE_JAR) else [str(_SHIM)]
