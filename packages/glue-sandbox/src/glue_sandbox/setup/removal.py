"""Removes everything the sandbox created, and refuses to remove what it did not."""

from __future__ import annotations

import shutil
from pathlib import Path

from glue_sandbox.setup.needs import MARKER
from local_glue.setup.report import SetupError


def remove(home: Path) -> bool:
    """Delete the sandbox's folder; False when there is none.

    Raises:
        SetupError: the folder is not the sandbox's own.
    """
    if not home.exists():
        return False
    if not (home / MARKER).is_file():
        raise SetupError(
            f"expected {home} to be the sandbox's own folder, found no file {MARKER} in it", f"ls {home}"
        )
    shutil.rmtree(home)
    return True
