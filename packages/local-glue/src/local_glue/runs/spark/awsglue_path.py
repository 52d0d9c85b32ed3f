"""Which `awsglue` a Spark job imports: Glue's own where its jars are, else our shim in front."""

from collections.abc import Mapping
from pathlib import Path

from local_glue.runs.files import LaunchError
from local_glue.runs.spark.installation import Installation

_SHIM = Path(__file__).parents[2] / "awsglue_shim"
_GLUE_JAR = "AWSGlueETL*.jar"
_BOOKMARKS_OFF = "job-bookmark-disable"


def awsglue_path(installation: Installation) -> list[str]:
    """Return what goes on a Spark job's PYTHONPATH, behind the job's own modules."""
    return [] if installation.holds(_GLUE_JAR) else [str(_SHIM)]


def refuse_bookmarks(installation: Installation, arguments: Mapping[str, str]) -> None:
    """Refuse a run with bookmarks on Glue's own jars: those of its images have none.

    Raises:
        LaunchError: it has bookmarks, and the jars are Glue's own.
    """
    bookmark = arguments.get("--job-bookmark-option", _BOOKMARKS_OFF)
    if bookmark != _BOOKMARKS_OFF and installation.holds(_GLUE_JAR):
        raise LaunchError(
            f"Glue's own jars outside of AWS keep no job bookmarks, found --job-bookmark-option {bookmark}: "
            "start the sandbox from the slim Glue image or embedded, which keep them."
        )
