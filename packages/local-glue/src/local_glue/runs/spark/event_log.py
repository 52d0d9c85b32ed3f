"""`--enable-spark-ui` with `--spark-event-logs-path`: what Spark's history server reads later."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_glue.runs.files import LaunchError, split_s3_url

_OPTION = "--spark-event-logs-path"


def event_log_properties(s3: Any, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return Spark's settings for its event log, and make the folder: Spark makes none.

    Raises:
        LaunchError: the folder can't be written to.
    """
    location = arguments.get(_OPTION, "")
    if arguments.get("--enable-spark-ui") != "true" or not location:
        return {}
    bucket, key = split_s3_url(f"{location.rstrip('/')}/.", _OPTION)
    try:
        s3.put_object(Bucket=bucket, Key=key.removesuffix("."), Body=b"")
    except (ClientError, BotoCoreError) as error:
        raise LaunchError(f"LAUNCH ERROR | {location} of {_OPTION} can't be written: {error}") from error
    return {"spark.eventLog.enabled": "true", "spark.eventLog.dir": location}
