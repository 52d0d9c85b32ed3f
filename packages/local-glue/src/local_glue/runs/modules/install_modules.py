"""Makes an environment on top of the one it runs in, and pip installs into it. Started by path.

    python install_modules.py FOLDER PIP-INSTALL-ARGUMENT ...

pip sees what is below and leaves it alone: it adds what is missing, and puts another version of what
is there on top. Nothing below is ever changed.
"""

import os
import sys
import venv
from pathlib import Path

_PIP = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]


def main() -> None:
    """Become pip, run by the new environment's Python."""
    folder = Path(sys.argv[1])
    venv.create(folder, clear=True, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    below = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    layer = folder / "lib" / version / "site-packages" / "jobs_python.pth"
    layer.write_text("".join(f"{path}\n" for path in below), encoding="utf-8")
    python = str(folder / "bin" / "python")
    os.execv(python, [python, *_PIP, *sys.argv[2:]])  # noqa: S606 - a list, never shell text


if __name__ == "__main__":
    main()
