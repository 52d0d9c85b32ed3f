"""A state that no run has left: every file changed up to a time counts as read, by any source of a job.

AWS has no such state. It stands beside those of the sources, in their form, under a name of its own.
"""

from datetime import UTC, datetime
from typing import Any

State = dict[str, Any]
ANY_SOURCE = "*"
_FILES = "HadoopDataSourceJobBookmarkState"


def files_read_until(milliseconds: int) -> State:
    """Return the state of a source that has read every file changed up to a time."""
    time = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
    times = {
        "RUN": "0",
        "HIGH_BAND": "0",
        "CURR_LATEST_PARTITION": "0",
        "CURR_LATEST_PARTITIONS": "",
        "CURR_RUN_START_TIME": time.replace("+00:00", "Z"),
        "INCLUDE_LIST": "",
    }
    return {"jsonClass": _FILES, "timestamps": times}


def databases_in(elements: State) -> State:
    """Return the states of sources that are no files."""
    return {ctx: state for ctx, state in elements.items() if state["jsonClass"] != _FILES}
