"""Files of sample data, and the folders of the bucket that they would go to by their names.

A folder is known from a text of a DAG, a script or a function, such as `"spotify_data/songs/"`. A file goes
to the one whose last name it shares a word with: `sample_songs.csv`. Where two could be meant, neither is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from glue_sandbox.scaffold.survey.findings import Findings
from glue_sandbox.scaffold.survey.python_source import PythonSource
from glue_sandbox.scaffold.survey.tests import TESTS

SUFFIXES = (".csv", ".tsv", ".parquet", ".avro", ".orc", ".jsonl", ".ndjson")
PACKED = ("", ".gz", ".bz2")
KEY = re.compile(r"^(?:s3[an]?://[^/]+/)?((?:[\w.=-]+/)+)([\w.=-]*)$")
OF_NO_KIND = {"sample", "data", "raw", "file", "input", "test", "example", "csv", "dataset"}
MADE_BY_JOBS = {
    *(
        "curated",
        "processed",
        "output",
        "result",
        "archive",
        "archived",
        "error",
        "rejected",
        "invalid",
        "kpi",
    ),
    *("staging", "temp", "tmp", "log", "script", "transformed", "gold", "silver", "report", "job", "dag"),
}
"""Words of folders that no sample data is delivered to."""


def look_at_sample_data(
    root: Path, files: Sequence[Path], sources: Sequence[PythonSource], findings: Findings
) -> None:
    """Add to the findings each file of sample data, with the folder of the bucket that it goes to."""
    samples = [path.relative_to(root) for path in files if _is_sample(path.relative_to(root))]
    if not samples:
        return
    folders, exact = _folders(sources)

    placed: dict[str, list[PurePath]] = defaultdict(list)
    for sample in samples:
        folder = exact.get(sample.name) or _folder_by_words(sample, folders)
        if folder:
            placed[folder].append(sample)
        else:
            findings.unplaced_samples.append(sample.as_posix())

    for folder, its in placed.items():
        findings.samples[folder] = list(_together(its, samples))
        findings.sample_folders[folder] = folders[folder]


def _is_sample(path: PurePath) -> bool:
    is_data = path.name.endswith(tuple(suffix + packed for suffix in SUFFIXES for packed in PACKED))
    return is_data and not TESTS & {*path.parts}


def _folders(sources: Sequence[PythonSource]) -> tuple[dict[str, str], dict[str, str]]:
    """Return folder → where it was seen, and name of a file → the folder that a text puts it into."""
    folders: dict[str, str] = {}
    exact: dict[str, str] = {}
    for source in sources:
        for text, line in source.whole_texts():
            match = KEY.match(text)
            if match is None or _words(match[1]) & MADE_BY_JOBS:
                continue
            folder, file = match.groups()
            if not file or file.endswith(SUFFIXES):
                folders.setdefault(folder, f"{source.path}:{line}")
            if file.endswith(SUFFIXES):
                exact.setdefault(file, folder)
    return folders, exact


def _folder_by_words(sample: PurePath, folders: dict[str, str]) -> str | None:
    """Return the folder that the file's name tells, else the name of the folder that it lies in."""
    for name in (sample.name.split(".")[0], *reversed(sample.parts[:-1])):
        words = _words(name) - OF_NO_KIND
        of_folders = {folder: _words(PurePath(folder).name) - OF_NO_KIND for folder in folders}
        shared = [folder for folder, its in of_folders.items() if its & words]
        whole = [folder for folder in shared if of_folders[folder] <= words]
        if found := whole or shared:
            return found[0] if len(found) == 1 else None
    return None


def _words(text: str) -> set[str]:
    """`user_streams1/` -> user, stream: no digits, singular."""
    return {word.removesuffix("s") for word in re.split("[^a-z]+", text.lower()) if word.removesuffix("s")}


def _together(files: Sequence[PurePath], samples: Sequence[PurePath]) -> Iterator[str]:
    """Yield a folder for all of its files where none of them goes elsewhere, else each file."""
    done: set[PurePath] = set()
    for file in files:
        folder = file.parent
        below = [each for each in samples if folder in each.parents]
        is_whole = folder != PurePath() and len(below) > 1 and {*below} <= {*files}
        if not is_whole:
            yield file.as_posix()
        elif folder not in done:
            done.add(folder)
            yield folder.as_posix()
