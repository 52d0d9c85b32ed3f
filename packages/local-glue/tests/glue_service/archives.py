"""Zips of modules and other files, as a job gets them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files, given by their names, into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def zipped(**modules: str) -> bytes:
    """Pack modules, given as name=text, into a zip."""
    return packed({f"{name}.py": text for name, text in modules.items()})
