"""Where the user's own pip settings are: jobs' modules come from the same index as everything else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

# Options that say where packages come from, and how they are reached.
PASSED_ON = ("index-url", "extra-index-url", "trusted-host", "proxy")
# Relative to the home folder, in the order in which pip looks.
USER_FILES = (".pip/pip.conf", ".config/pip/pip.conf", "Library/Application Support/pip/pip.conf")


def users_pip_config(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """PIP_CONFIG_FILE for a process with another home folder; empty when the user has no such file."""
    if "PIP_CONFIG_FILE" in environ:
        return {"PIP_CONFIG_FILE": environ["PIP_CONFIG_FILE"]}
    home = Path(environ.get("HOME", "/nonexistent"))
    candidates = [home / name for name in USER_FILES]
    if "XDG_CONFIG_HOME" in environ:
        candidates.append(Path(environ["XDG_CONFIG_HOME"]) / "pip/pip.conf")
    found = [path for path in candidates if path.is_file()]
    return {"PIP_CONFIG_FILE": str(found[-1])} if found else {}


def pip_variables(configured: Mapping[str, str]) -> dict[str, str]:
    """pip's settings, by option name, as variables for a pip that cannot read the user's files."""
    given = {option: configured[option] for option in PASSED_ON if option in configured}
    return {f"PIP_{option.upper().replace('-', '_')}": value for option, value in given.items()}
