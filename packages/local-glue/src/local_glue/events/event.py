"""One event of Glue, as EventBridge gets it.

Source: "AWS Glue events" in the EventBridge user guide, "Automating AWS Glue with EventBridge" in the Glue
developer guide. EventBridge itself adds id, account, region and time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from local_glue.api.glue_api_model import Json

SOURCE = "aws.glue"


@dataclass(frozen=True)
class Event:
    """What happened, to which resources (ARNs); most of Glue's events name none."""

    detail_type: str
    detail: Json
    resources: tuple[str, ...] = ()


def seconds_text(moment: float) -> str:
    """Return a time as `2017-11-11T01:09:46Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds_text(moment: float) -> str:
    """Return a time as `2018-04-24T20:55:47.941Z`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
