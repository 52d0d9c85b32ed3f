"""The tables [seed.NAME] of the project file -> each file with the bucket and key that it goes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.project.file import FILE, Project

EXAMPLE = '[seed.songs]\nfiles = ["data/songs.csv"]\nto = "reference/"'


@dataclass(frozen=True)
class SampleFile:
    """One local file and where it goes."""

    path: Path
    bucket: str
    key: str

    @property
    def url(self) -> str:
        """Its address in S3."""
        return f"s3://{self.bucket}/{self.key}"


def sample_files(project: Project, data_bucket: str, names: Sequence[str] = ()) -> list[SampleFile]:
    """Return the files of the named tables, of all if none is named, in the order of the project file.

    Raises:
        SandboxError: the project has no such table, one of its files is not there, or two have one address.
    """
    if not project.seed:
        expected = f"sample data in {project.root / FILE}: tables [seed.NAME] with files and to"
        raise SandboxError(expected, "none", f"add to {FILE} what is shown above", details=EXAMPLE)
    for name in names:
        if name not in project.seed:
            known = list(project.seed)
            raise SandboxError(
                f"one of the tables [seed.NAME] in {FILE}: {', '.join(known)}",
                repr(name),
                f"glue-sandbox seed {closest(name, known)}",
            )

    found: dict[str, SampleFile] = {}
    for name in (each for each in project.seed if each in names or not names):
        for file in _files_of(project, name, data_bucket):
            other = found.setdefault(file.url, file)
            if other.path != file.path:
                raise SandboxError(
                    f"one file for {file.url}", f"{other.path} and {file.path}", f"correct [seed] in {FILE}"
                )
    return list(found.values())


def _files_of(project: Project, name: str, data_bucket: str) -> Iterator[SampleFile]:
    """Yield the files of one table; the folders below a folder are kept."""
    table = project.seed[name]
    for text in table.files:
        files = [(path, path.name) for path in _matching(project.root, text) if path.is_file()]
        folders = [path for path in _matching(project.root, text) if path.is_dir()]
        files += [(path, path.relative_to(folder).as_posix()) for folder in folders for path in _in(folder)]
        if not files:
            raise SandboxError(
                f"{project.root / text}, which seed.{name}.files in {FILE} names",
                "no such file, and no folder with one",
                f"create it, or correct {FILE}",
            )
        for path, key in files:
            yield SampleFile(path, table.bucket or data_bucket, table.to + key)


def _matching(root: Path, text: str) -> list[Path]:
    """What is of this name, else what a pattern such as `data/*.csv` finds."""
    exact = root / text
    return [exact] if exact.exists() else sorted(each for each in root.glob(text) if _is_visible(each.name))


def _in(folder: Path) -> list[Path]:
    """All files below a folder, but for hidden ones and what lies in hidden folders."""
    found = (path for path in folder.rglob("*") if all(map(_is_visible, path.relative_to(folder).parts)))
    return sorted(path for path in found if path.is_file())


def _is_visible(name: str) -> bool:
    return not name.startswith(".")
