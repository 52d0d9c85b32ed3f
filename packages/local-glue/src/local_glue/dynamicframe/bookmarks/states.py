"""The states that a bookmark keeps for sources, in the form that GetJobBookmark shows on AWS.

Files: those changed after the begin of the last run, less a band, are new unless the list has them. The band
(`maxBand`, 15 minutes by default) is for files that a listing of S3 shows late; the list holds hashes of the
files that were read and are inside the band.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from local_glue.bookmarks.read_until import ANY_SOURCE
from local_glue.dynamicframe.sources.files import DataFile

State = dict[str, Any]
BAND_MS = 900_000
_FILES = "HadoopDataSourceJobBookmarkState"
_ROWS = "JdbcDataSourceJobBookmarkState"


def of_files(elements: Mapping[str, State], ctx: str) -> State | None:
    """Return the state of a source of files: its own, else the one that holds for any."""
    return elements.get(ctx, elements.get(ANY_SOURCE))


def is_new(file: DataFile, state: State | None) -> bool:
    """Return whether a source in this state has not read a file."""
    if state is None:
        return True
    known = state["timestamps"]
    start = _milliseconds(known["CURR_RUN_START_TIME"])
    if file.modified <= start - int(known["HIGH_BAND"]):
        return False
    return hash_of(file) not in set(known["INCLUDE_LIST"].split(","))


def after_files(
    state: State | None, listed: Iterable[DataFile], read: Iterable[DataFile], begin_ms: int, band_ms: int
) -> State:
    """Return the state after some of the files that were listed were read, in a run that began at a time.

    Where not all new ones were read, the run counts as begun when the oldest one left was changed.
    """
    chosen = {file.path for file in read}
    listed = list(listed)
    left = [file for file in listed if file.path not in chosen and is_new(file, state)]
    begin_ms = min([begin_ms, *(file.modified for file in left)])
    left_paths = {file.path for file in left}
    known = {
        hash_of(file) for file in listed if file.modified > begin_ms - band_ms and file.path not in left_paths
    }
    times = {
        "RUN": str(int(state["timestamps"]["RUN"]) + 1 if state else 1),
        "HIGH_BAND": str(band_ms),
        "CURR_LATEST_PARTITION": "0",
        "CURR_LATEST_PARTITIONS": "",
        "CURR_RUN_START_TIME": _text(begin_ms),
        "INCLUDE_LIST": ",".join(sorted(known | _still_inside(state, begin_ms, band_ms))),
    }

    return {"jsonClass": _FILES, "timestamps": times}


def after_rows(state: State | None, keys: list[str], values: list[Any]) -> State:
    """Return the state after all rows up to some values of the keys were read."""
    run = int(state["timestamps"]["RUN"]) + 1 if state else 1
    return {"jsonClass": _ROWS, "timestamps": {"RUN": str(run)}, "keys": keys, "values": values}


def hash_of(file: DataFile) -> str:
    """Return what stands for one version of one file; without leading zeros, as Java writes a number."""
    text = f"{file.path}|{file.modified}|{file.version}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().lstrip("0")


def _still_inside(state: State | None, begin_ms: int, band_ms: int) -> set[str]:
    """Return the hashes of a run before whose files may still be inside the band, listed now or not."""
    if state is None or _milliseconds(state["timestamps"]["CURR_RUN_START_TIME"]) <= begin_ms - band_ms:
        return set()
    return {one for one in state["timestamps"]["INCLUDE_LIST"].split(",") if one}


def _text(milliseconds: int) -> str:
    time = datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
    return time.replace("+00:00", "Z")


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)
