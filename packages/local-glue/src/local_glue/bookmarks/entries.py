"""The stored bookmark of a job: a state per `transformation_ctx`, and how the runs before left it.

Source: "Tracking processed data using job bookmarks" in the Glue developer guide. A version grows with each
begin and each save, so that a run which began before another one's save can't overwrite it.
"""

import json

from local_glue.api.errors import ConcurrentModificationException, EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.bookmarks.read_until import ANY_SOURCE, databases_in, files_read_until
from local_glue.store import Documents

KIND = "bookmark"
_KEPT_RUNS = 100  # how far back a bookmark can be rewound
_ENTRY = ("JobName", "Version", "Run", "Attempt", "PreviousRunId", "RunId")
MISMATCH = "GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR"


def begin(documents: Documents, job: str, run_id: str) -> Json:
    """Begin a run of a job; return the bookmark that it starts from, its own now."""
    entry = documents.get(KIND, job) or _new(job)
    is_after_failure = "RunId" in entry and not entry["IsSaved"]
    previous = entry.get("RunId")
    entry.update(
        Version=entry["Version"] + 1,
        Run=max(1, entry["Run"]),
        Attempt=entry["Attempt"] + 1 if is_after_failure else 0,
        RunId=run_id,
        IsSaved=False,
    )
    if previous and previous != run_id:
        entry["PreviousRunId"] = previous
    documents.put(KIND, job, entry)
    return entry


def save(documents: Documents, job: str, run_id: str, version: int, elements: Json) -> Json:
    """Save what a run has read; return the bookmark.

    Raises:
        ConcurrentModificationException: another run or a reset has changed the bookmark since then.
    """
    entry = documents.get(KIND, job) or _new(job)
    if entry["Version"] != version:
        raise ConcurrentModificationException(
            f"{MISMATCH}: Continuation update failed due to version mismatch. Expected version {version} "
            f"but found version {entry['Version']}"
        )

    entry.update(
        Version=version + 1,
        Run=entry["Run"] + 1,
        Attempt=0,
        RunId=run_id,
        Elements={**entry["Elements"], **elements},
        IsSaved=True,
    )
    kept = [one for one in entry["History"] if one["RunId"] != run_id][-_KEPT_RUNS:]
    snapshot = {name: entry[name] for name in (*_ENTRY, "Elements") if name in entry}
    documents.put(KIND, job, {**entry, "History": [*kept, snapshot]})

    return entry


def reset(documents: Documents, job: str, run_id: str | None) -> Json:
    """Forget what a job has read, all of it or what it read after a run; return the bookmark."""
    entry = find(documents, job)
    as_it_was = _after(entry, run_id) if run_id else {"Run": 0, "Elements": {}}
    entry.update(
        Version=entry["Version"] + 1,
        Run=as_it_was["Run"],
        Attempt=0,
        Elements=as_it_was["Elements"],
        IsSaved=True,
    )
    if not run_id:
        for name in ("RunId", "PreviousRunId"):
            entry.pop(name, None)
    documents.put(KIND, job, entry)
    return entry


def set_read_until(documents: Documents, job: str, until_ms: int) -> Json:
    """Let a job count every file that was changed up to a time (ms) as read; return the bookmark.

    Sources of databases keep their place: a row does not say when it was written.
    """
    entry = documents.get(KIND, job) or _new(job)
    kept = databases_in(entry["Elements"])
    entry.update(
        Version=entry["Version"] + 1,
        Attempt=0,
        Elements={**kept, ANY_SOURCE: files_read_until(until_ms)},
        IsSaved=True,
    )
    documents.put(KIND, job, entry)
    return entry


def find(documents: Documents, job: str, run_id: str | None = None) -> Json:
    """Return a job's bookmark, as it is or as a run left it.

    Raises:
        EntityNotFoundException: no run of the job has left one.
    """
    entry = documents.get(KIND, job)
    if entry is None:
        raise EntityNotFoundException(f"Continuation for job {job} not found")
    return _after(entry, run_id) if run_id and run_id != entry.get("RunId") else entry


def elements_after(documents: Documents, job: str, run_id: str) -> Json:
    """Return the states of a job's bookmark as a run left them."""
    elements: Json = _after(find(documents, job), run_id)["Elements"]
    return elements


def to_response(entry: Json) -> Json:
    """Return a bookmark as the API has it."""
    known = {name: entry[name] for name in _ENTRY if name in entry}
    return {**known, "JobBookmark": json.dumps(entry["Elements"])}


def _after(entry: Json, run_id: str) -> Json:
    found: Json | None = next((one for one in entry["History"] if one["RunId"] == run_id), None)
    if found is None:
        raise EntityNotFoundException(f"Continuation for job {entry['JobName']} and run {run_id} not found")
    return found


def _new(job: str) -> Json:
    return {
        "JobName": job,
        "Version": 0,
        "Run": 0,
        "Attempt": 0,
        "Elements": {},
        "History": [],
        "IsSaved": True,
    }
