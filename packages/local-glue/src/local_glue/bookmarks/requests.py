"""What is asked of bookmarks beside Glue's API: runs begin from one and save it, users set one to now."""

import time

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.bookmarks import entries
from local_glue.jobs.definitions import find_job
from local_glue.store import Documents

# Each as those of Glue's API that see and change the same.
_OPERATIONS = {
    "begin": ("GetJobBookmark", "ResetJobBookmark"),
    "save": ("ResetJobBookmark",),
    "look": ("GetJobBookmark",),
    "set": ("ResetJobBookmark",),
}


def operations(request: Json) -> tuple[str, ...]:
    """Return the operations that who sends a request must be allowed."""
    return _OPERATIONS.get(str(request.get("Action")), _OPERATIONS["begin"])


def answer(documents: Documents, request: Json) -> Json:
    """Return the version and the states of a bookmark that a run begins or saves.

    A run with `--job-bookmark-option job-bookmark-pause` only looks, and may name runs to look between. A
    user sets a bookmark: what is there now counts as read.

    Raises:
        InvalidInputException: the request lacks something, or asks for another action.
    """
    try:
        job, action = request["JobName"], request["Action"]
        if action == "set":
            return _set_to_now(documents, job)
        run_id = request["RunId"]
        if action == "begin":
            return _shown(entries.begin(documents, job, run_id))
        if action == "save":
            return _shown(entries.save(documents, job, run_id, request["Version"], request["Elements"]))
        if action == "look":
            return _between(documents, job, request.get("From"), request.get("To"))
    except KeyError as error:
        raise InvalidInputException(f"The request about a bookmark lacks {error}") from error
    raise InvalidInputException(f"Expected the Action begin, save, look or set, found {action}")


def _set_to_now(documents: Documents, job: str) -> Json:
    """Set a bookmark to the end of this second, for S3 says only in which second an object was written."""
    find_job(documents, job)
    until_ms = int(time.time()) * 1000 + 999
    return {**_shown(entries.set_read_until(documents, job, until_ms)), "ReadUntil": until_ms}


def _between(documents: Documents, job: str, first: str | None, last: str | None) -> Json:
    if first and last:
        return {
            "Version": 0,
            "Elements": entries.elements_after(documents, job, first),
            "Until": entries.elements_after(documents, job, last),
        }
    return _shown(documents.get(entries.KIND, job) or {"Version": 0, "Elements": {}})


def _shown(entry: Json) -> Json:
    return {"Version": entry["Version"], "Elements": entry["Elements"]}
