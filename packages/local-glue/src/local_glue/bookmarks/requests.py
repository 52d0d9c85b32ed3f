"""What the script of a run asks: to begin from the job's bookmark, and to save it. No part of Glue's API."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.bookmarks import entries
from local_glue.store import Documents


def answer(documents: Documents, request: Json) -> Json:
    """Return the version and the states of a bookmark that a run begins or saves.

    A run with `--job-bookmark-option job-bookmark-pause` only looks, and may name runs to look between.
    """
    try:
        job, run_id, action = request["JobName"], request["RunId"], request["Action"]
        if action == "begin":
            return _shown(entries.begin(documents, job, run_id))
        if action == "save":
            return _shown(entries.save(documents, job, run_id, request["Version"], request["Elements"]))
        if action == "look":
            return _between(documents, job, request.get("From"), request.get("To"))
    except KeyError as error:
        raise InvalidInputException(f"The request about a bookmark lacks {error}") from error
    raise InvalidInputException(f"Expected the Action begin, save or look, found {action}")


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
