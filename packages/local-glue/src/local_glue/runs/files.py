"""A run's own folder, and what it downloads from S3 with the job's role."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

_LONGEST_NAME = 255  # bytes, on Linux


class LaunchError(Exception):
    """The run can't be started; the message becomes the run's ErrorMessage."""


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, gone when the run ends.

    Scripts and modules have folders of their own, so that no delivered file shadows another.
    """

    path: Path

    def make(self, name: str) -> Path:
        """Return a sub-folder, made if need be."""
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def error(self) -> Path:
        """Where `run_script.py` leaves the exception that ended the script."""
        return self.make("report") / "error"

    @property
    def refused(self) -> Path:
        """Where is said what the script asked for that is not here; its run can't succeed."""
        return self.make("report") / "refused"

    def refuse(self, reason: str) -> None:
        """Note that the script asked for something that is not here; what came first is the reason."""
        if not text_in(self.refused):
            self.refused.write_text(reason, "utf-8")

    def remove(self) -> None:
        """Delete the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def write_private(path: Path, text: str) -> Path:
    """Write a file that its owner alone can read; return it."""
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
    return path


def text_in(path: Path) -> str | None:
    """Return what a file says; None when it is not there, or empty."""
    return (path.read_text("utf-8", "replace") if path.exists() else "") or None


def locations(arguments: Mapping[str, str], option: str) -> list[str]:
    """Split an option's comma-separated S3 locations."""
    return [part.strip() for part in arguments.get(option, "").split(",") if part.strip()]


def download_all(s3: Any, urls: list[str], folder: Path, option: str) -> list[Path]:
    """Download the files that an option names; return their local paths in that order.

    They lie side by side, so two objects of one name would be one.

    Raises:
        LaunchError: two of them have one name, or one can't be had.
    """
    named: dict[str, str] = {}
    for url in urls:
        other = named.setdefault(url.rpartition("/")[2], url)
        if other != url:
            raise LaunchError(
                f"LAUNCH ERROR | {option} names two files {url.rpartition('/')[2]}: {other} and {url}."
            )
    return [download(s3, url, folder, option) for url in named.values()]


def download(s3: Any, url: str, folder: Path, option: str) -> Path:
    """Download one object.

    Raises:
        LaunchError: it can't be had; names location, reason and option.
    """
    bucket, key = split_s3_url(url, option)
    path = folder / _file_name(key, url, option)

    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
        with path.open("wb") as target:
            shutil.copyfileobj(body, target, 1024 * 1024)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("NoSuchKey", "NoSuchBucket", "404"):
            raise LaunchError(
                f"LAUNCH ERROR | File does not exist: {url} ({code}). Upload it or correct {option}."
            ) from error
        raise LaunchError(f"LAUNCH ERROR | {url} of {option} can't be read: {error}") from error
    except BotoCoreError as error:
        raise LaunchError(f"LAUNCH ERROR | {url} of {option} can't be read: {error}") from error

    return path


def _file_name(key: str, url: str, option: str) -> str:
    """Return the name of an object's local copy, which must be one that a file can have."""
    name = key.rsplit("/", 1)[-1]
    if name in (".", "..") or "\0" in name or len(name.encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        raise LaunchError(
            f"LAUNCH ERROR | {url[:200]!r} of {option} ends in no file name, "
            f"or in one of more than {_LONGEST_NAME} bytes. Upload it under another name."
        )
    return name


def split_s3_url(url: str, option: str) -> tuple[str, str]:
    """Split `s3://bucket/key`.

    Raises:
        LaunchError: it is none.
    """
    parts = urlsplit(url)
    key = url.partition("://")[2].partition("/")[2]
    if parts.scheme not in ("s3", "s3a") or not parts.netloc or not key or key.endswith("/"):
        raise LaunchError(f"LAUNCH ERROR | {option} must name an object as s3://bucket/key, found {url!r}.")
    return parts.netloc, key
