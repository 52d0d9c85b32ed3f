"""Curated files of a date: when they are so many that the date is compacted, and why that is safe.

Every run that adds listens to a date adds a file to it, so a day delivered in 1,000 files would be read as
1,000 files for ever. A run reads all listens of its dates anyway, for their KPIs. Where the files have become
many and small it keeps all of these listens in new files instead of the new listens alone, and then deletes
exactly the files that it had listed before it read.

S3 has no rename, and nobody can swap many objects at once; this does without:

- No listen is ever missing. Old files go only when the new ones are complete, and a file that came after the
  listing is not on the list.
- No listen counts twice. While both are there, a listen is in two files, with the same key and origin; the
  job and the audit count a key once. No file is ever overwritten, so none is read half old, half new; who
  reads one just as it goes gets an error and no wrong number.
- Killed at any point, nothing has to be remembered. The date is in `pending/` since before the first change,
  so the next run takes it up, sees listens that are held twice, and compacts the date as above, however
  few its files are by then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MOST_FILES = 16
"""Small files that a date may have before it is compacted; each run leaves one."""
FILE_BYTES = 4 * 1024 * 1024
"""A large date may have a file more for each of these; those that Spark writes of large dates are larger."""


@dataclass(frozen=True)
class CuratedFiles:
    """The files of some dates at one moment: date → key → bytes."""

    of_date: "Mapping[str, Mapping[str, int]]"

    @property
    def size(self) -> int:
        """Return the bytes of all of them."""
        return sum(sum(files.values()) for files in self.of_date.values())

    def dates(self) -> "list[str]":
        """Return the dates that have any."""
        return sorted(date for date, files in self.of_date.items() if files)

    def fragmented(self, most_files: int) -> "set[str]":
        """Return the dates that have more files than their size asks for."""
        return {
            date
            for date, files in self.of_date.items()
            if len(files) > most_files + sum(files.values()) // FILE_BYTES
        }

    def keys(self, dates: "Iterable[str]") -> "list[str]":
        """Return the files of these dates."""
        return [key for date in sorted(dates) for key in self.of_date.get(date, ())]


def is_data(key: str) -> bool:
    """Return whether Spark reads the object: not folder markers, nor names that begin with `_` or `.`."""
    name = key.rpartition("/")[2]
    return bool(name) and not name.startswith(("_", "."))
