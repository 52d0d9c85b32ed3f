"""Makes an environment on top of the one it runs in, and pip installs into it. Started by path.

    python install_modules.py FOLDER ARGUMENTS

The file ARGUMENTS holds a JSON array of what `pip install` is told: an index may have a password, and
everybody may read a command line.

pip sees what is below and leaves it alone: it adds what is missing, and puts another version of what
is there on top. Nothing below is ever changed.
"""

import os
import sys
import venv
from pathlib import Path

_PIP = ["install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
_BECOME_PIP = f"""
import json, runpy, sys
with open(sys.argv[1], encoding="utf-8") as arguments:
    sys.argv[1:] = {_PIP!r} + json.load(arguments)
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def main() -> None:
    """Become pip, run by the new environment's Python."""
    folder = Path(sys.argv[1])
    venv.create(folder, clear=True, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    below = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    layer = folder / "lib" / version / "site-packages" / "jobs_python.pth"
    layer.write_text("".join(f"{path}\n" for path in below), encoding="utf-8")
    python = str(folder / "bin" / "python")
    os.execv(python, [python, "-c", _BECOME_PIP, sys.argv[2]])  # noqa: S606 - a list, never shell text


if __name__ == "__main__":
    main()
