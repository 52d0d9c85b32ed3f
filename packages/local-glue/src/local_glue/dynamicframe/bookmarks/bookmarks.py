"""The bookmark of one run: begun by `job.init`, used by sources with a context, saved by `job.commit`."""
# ruff: noqa: N802 - AWS's names

import time
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.sql import DataFrame

from local_glue.dynamicframe.bookmarks import database_rows, states
from local_glue.dynamicframe.bookmarks.service import BookmarkService
from local_glue.dynamicframe.sources.files import DataFile

_ENABLED, _PAUSED = "job-bookmark-enable", "job-bookmark-pause"


class Bookmarks:
    """What `_jvm.Job` is to AWS's `Job`, and what sources ask which of their input is new.

    Without `--job-bookmark-option job-bookmark-enable` all of it is.
    """

    def __init__(
        self,
        service: Callable[[], BookmarkService] = BookmarkService,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._make_service = service
        self._clock = clock
        self._service: BookmarkService | None = None
        self._is_initialized = False
        self._saves = False
        self._begin_ms = 0
        self._version = 0
        self._before: dict[str, Any] = {}
        self._until: dict[str, Any] | None = None
        self._after: dict[str, Any] = {}

    def init(self, job: str, _spark: Any, args: Mapping[str, Any]) -> None:
        """Begin the run from the job's bookmark."""
        option = args.get("job_bookmark_option")
        self._is_initialized = True
        self._begin_ms = int(self._clock() * 1000)
        self._after = {}
        if option not in (_ENABLED, _PAUSED):
            return

        self._service = self._make_service()
        self._saves = option == _ENABLED
        run_id = str(args.get("JOB_RUN_ID") or "")
        self._names = {"JobName": job, "RunId": run_id}
        first, last = (args.get(f"job_bookmark_{end}") for end in ("from", "to"))
        between = {"From": first, "To": last} if first and last else {}
        answer = self._service.ask({**self._names, "Action": "begin" if self._saves else "look", **between})
        self._version, self._before = answer["Version"], answer["Elements"]
        self._until = answer.get("Until")

    def isInitialized(self) -> bool:
        """Return whether `init` was called."""
        return self._is_initialized

    def commit(self) -> None:
        """Save what the run has read.

        Raises:
            RuntimeError: another run, or a reset, has changed the bookmark since this run began.
        """
        if self._service and self._saves:
            request = {"Action": "save", "Version": self._version, "Elements": self._after}
            answer = self._service.ask({**self._names, **request})
            self._version, self._before, self._after = answer["Version"], answer["Elements"], {}

    def new_files(self, ctx: str, files: list[DataFile], options: Mapping[str, Any]) -> list[DataFile]:
        """Return the files that no earlier run has read, the oldest first where their number is bounded."""
        if not ctx or self._service is None:
            return files
        state = states.of_files(self._before, ctx)
        new = [file for file in files if states.is_new(file, state)]
        if self._until is not None:
            until = states.of_files(self._until, ctx)
            return [file for file in new if until is not None and not states.is_new(file, until)]
        new = _bounded(new, options)
        band = int(options.get("maxBand", states.BAND_MS))
        self._after[ctx] = states.after_files(state, files, new, self._begin_ms, band)
        return new

    def new_rows(self, ctx: str, df: DataFrame, options: Mapping[str, Any]) -> DataFrame:
        """Return the rows of a database that no earlier run has read, by `jobBookmarkKeys`."""
        if not ctx or self._service is None:
            return df
        keys, is_descending = database_rows.keys_of(options)
        state = self._before.get(ctx)
        if self._until is not None:
            return database_rows.between(df, keys, is_descending, state, self._until.get(ctx))
        rows, last = database_rows.after(df, keys, is_descending, state)
        if last is not None:
            self._after[ctx] = states.after_rows(state, keys, last)
        return rows


def _bounded(files: list[DataFile], options: Mapping[str, Any]) -> list[DataFile]:
    """Return as many files as `boundedFiles`, `boundedSize` and `maxFilesInBand` let a run read."""
    most = min(
        (int(options[name]) for name in ("boundedFiles", "maxFilesInBand") if name in options), default=None
    )
    size = int(options["boundedSize"]) if "boundedSize" in options else None
    if most is None and size is None:
        return files
    chosen: list[DataFile] = []
    total = 0
    for file in sorted(files, key=lambda one: (one.modified, one.path)):
        total += file.size
        if (most is not None and len(chosen) >= most) or (size is not None and total > size and chosen):
            break
        chosen.append(file)
    return chosen
