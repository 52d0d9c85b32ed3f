"""The entrance of every make target: sets up what is missing, then becomes the `glue-sandbox` command line.

    python3 scripts/bootstrap.py up

Needs Python 3.11 or 3.12, nothing else. Any Python 3.7 or newer can read this file, to say what is needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The tool, the local Glue service, this pipeline's commands and its shared package.
SOURCES = ("packages/glue-sandbox/src", "packages/local-glue/src", "scripts", "glue")
SUPPORTED = ("3.11", "3.12")


def main() -> None:
    """Set up what this command needs, then hand over to it."""
    home = (ROOT / (os.environ.get("SANDBOX_HOME") or ".sandbox")).resolve()
    use_supported_python(home)
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(ROOT / folder) for folder in SOURCES]
    from glue_sandbox.mode import EMBEDDED, mode_of
    from glue_sandbox.setup.needs import environments_for, set_up
    from glue_sandbox.setup.removal import remove
    from local_glue.setup.report import SetupError, relative_path

    command = sys.argv[1] if len(sys.argv) > 1 else "--help"
    try:
        if command in {"down", "clean"} and not (home / "envs" / "sandbox" / "bin" / "python").exists():
            removed = command == "clean" and remove(home)
            print(f"Removed {home}" if removed else "Nothing is set up here, so nothing runs.")
            return
        # First contact is embedded: KPIs in a minute, not after the download of the images.
        mode = mode_of(ROOT, home, os.environ, EMBEDDED if command == "demo" else "")
        set_up(home, ROOT / "locks", environments_for(sys.argv[1:], mode))
    except SetupError as error:
        tail = "".join(f"    {line}\n" for line in error.tail.splitlines())
        log = relative_path(home / "logs" / "setup.log")
        sys.exit(f"set-up stopped: {error}\n{tail}log: {log}\nnext: {error.next_command}")
    except KeyboardInterrupt:
        sys.exit("\nset-up interrupted; the next command carries on from here")
    hand_over(home, mode)


def use_supported_python(home: Path) -> None:
    """Start again with another Python when this one is unsupported or not the one of the set-up."""
    mine, version = "{}.{}".format(*sys.version_info[:2]), "{}.{}.{}".format(*sys.version_info[:3])
    chosen = python_of(home / "envs" / "sandbox" / "pyvenv.cfg")
    if mine in SUPPORTED and (chosen is None or chosen[0] == version):
        return
    candidates = [chosen[1]] if chosen else []
    candidates += [shutil.which(f"python{wanted}") or "" for wanted in SUPPORTED]
    candidates += map(str, sorted(Path.home().glob(".pyenv/versions/3.1[12].*/bin/python3")))
    for candidate in filter(None, candidates):
        # Being on PATH is not enough: pyenv puts a program there for versions that are not chosen.
        if subprocess.run([candidate, "-c", ""], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            os.execv(candidate, [candidate, str(Path(__file__).resolve()), *sys.argv[1:]])  # noqa: S606
    sys.exit(
        f"expected Python 3.11 or 3.12; found {version} ({sys.executable}), and no other on PATH\n"
        "next: sudo apt-get install python3.11, or name one that is there: make PYTHON=/path/to/python3.12"
    )


def python_of(configuration: Path) -> tuple[str, str] | None:
    """Version and program of the Python behind an environment; None when it is not there (any more)."""
    if not configuration.is_file():
        return None
    lines = [line.split("=", 1) for line in configuration.read_text().splitlines() if "=" in line]
    values = {name.strip(): value.strip() for name, value in lines}
    version = values.get("version_info", "")
    program = Path(values.get("home", "")) / ("python" + ".".join(version.split(".")[:2]))
    return (version, str(program)) if program.exists() else None


def hand_over(home: Path, mode: str) -> None:
    """Replace this process by the command line, in its own environment."""
    python = str(home / "envs" / "sandbox" / "bin" / "python")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(str(ROOT / folder) for folder in SOURCES))
    environment["MODE"] = mode
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the checkout stays clean
    os.execve(python, [python, "-m", "glue_sandbox", *sys.argv[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
