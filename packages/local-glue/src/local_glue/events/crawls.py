"""Events of crawlers: started, succeeded with what changed, failed with why."""

from collections.abc import Mapping

from local_glue.api.glue_api_model import Json
from local_glue.events.event import Event, seconds_text
from local_glue.store import Scope

_TYPE = "Glue Crawler State Change"
_COUNTS = {
    "tablesCreated": ("TABLE", "ADD"),
    "tablesUpdated": ("TABLE", "UPDATE"),
    "tablesDeleted": ("TABLE", "DELETE"),
    "partitionsCreated": ("PARTITION", "ADD"),
    "partitionsUpdated": ("PARTITION", "UPDATE"),
    "partitionsDeleted": ("PARTITION", "DELETE"),
}
Done = Mapping[tuple[str, str], list[str]]
"""Kind and action → names, as `crawlers.changes.Changes` records them."""


def crawler_started(scope: Scope, name: str, now: float) -> Event:
    """Return the event of a crawl that begins."""
    detail = {
        "accountId": scope.account,
        "crawlerName": name,
        "startTime": seconds_text(now),
        "state": "Started",
        "message": "Crawler Started",
    }
    return Event(_TYPE, detail)


def crawler_ended(scope: Scope, name: str, last: Json, done: Done, seconds: float, now: float) -> list[Event]:
    """Return the event of a crawl's end; none of one that somebody stopped, for AWS documents none."""
    common = {"accountId": scope.account, "crawlerName": name, "cloudWatchLogLink": _log_link(scope, name)}

    if last["Status"] == "SUCCEEDED":
        counts = {field: str(len(done.get(change, []))) for field, change in _COUNTS.items()}
        succeeded = {
            **common,
            **counts,
            "warningMessage": "N/A",
            "runningTime (sec)": str(round(seconds)),
            "completionDate": seconds_text(now),
            "state": "Succeeded",
            "message": "Crawler Succeeded",
        }
        return [Event(_TYPE, succeeded)]

    if last["Status"] == "FAILED":
        failed = {"errorMessage": last["ErrorMessage"], "state": "Failed", "message": "Crawler Failed"}
        return [Event(_TYPE, {**common, **failed})]
    return []


def _log_link(scope: Scope, name: str) -> str:
    return (
        f"https://console.aws.amazon.com/cloudwatch/home?region={scope.region}"
        f"#logEventViewer:group=/aws-glue/crawlers;stream={name}"
    )
