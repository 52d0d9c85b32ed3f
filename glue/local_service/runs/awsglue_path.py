"""Which `awsglue` a Spark job imports: AWS's own where Glue's jars are, else ours in front of it."""

from pathlib import Path

from local_service.settings import Settings

_SHIM = Path(__file__).parents[1] / "awsglue_shim"
_GLUE_JAR = "AWSGlueETL*.jar"


def awsglue_path(settings: Settings) -> list[str]:
    """Give what goes on a Spark job's PYTHONPATH, behind the job's own modules."""
    folders = (settings.spark_jars, settings.spark_home and settings.spark_home / "jars")
    has_glue_jars = any(folder and any(folder.glob(_GLUE_JAR)) for folder in folders)
    return [] if has_glue_jars else [str(_SHIM)]
