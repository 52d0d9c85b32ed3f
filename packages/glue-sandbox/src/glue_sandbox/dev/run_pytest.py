"""Runs pytest, with a sign of life from its first moment until its plugin `tests_at_work` has one.

It is started as a file, by the Python of the tests, and takes what `python -m pytest` does.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Become pytest.

    Raises:
        SystemExit: always; with its exit code.
    """
    sys.path[0] = str(Path.cwd())  # not the folder of this file: as with `python -m`
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    from glue_sandbox.dev.cursor_sign import FIRST

    FIRST.begin()
    runpy.run_module("pytest", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
