"""What Glue can and this service can't: a run that asks for it fails at once, with the reason."""

from collections.abc import Mapping

from local_service.model import Json
from local_service.runs.files import LaunchError

_BOOKMARKS_OFF = "job-bookmark-disable"


def refuse_unsupported(job: Json, arguments: Mapping[str, str]) -> None:
    """Raise LaunchError for what would otherwise be ignored in silence."""
    command = job["Command"].get("Name", "glueetl")
    if command not in ("glueetl", "pythonshell"):
        raise LaunchError(
            f"The local Glue service runs glueetl and pythonshell jobs, not {command}. Run this job on AWS."
        )
    bookmark = arguments.get("--job-bookmark-option", _BOOKMARKS_OFF)
    if bookmark != _BOOKMARKS_OFF:
        raise LaunchError(
            "Job bookmarks are not built into the local Glue service, found --job-bookmark-option "
            f"{bookmark}. Set it to {_BOOKMARKS_OFF}, here or in the job's DefaultArguments."
        )
    language = arguments.get("--job-language", "python")
    if language != "python":
        raise LaunchError(f"The local Glue service runs Python scripts, found --job-language {language}.")
