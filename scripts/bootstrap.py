"""The entrance of every make target: sets up the command line's own environment, then becomes it.

    python3 scripts/bootstrap.py up

Needs Python 3.11 or 3.12, nothing else. Any Python 3.7 or newer can read this file, to say what is needed.
"""

from __future__ import annotations

import signal

if __name__ == "__main__":  # before what takes time: Ctrl-C ends the process without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import shutil
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__" and sys.stderr.isatty():
    print("…", end="\r", file=sys.stderr, flush=True)  # whatever is written next takes its place

ROOT = Path(__file__).resolve().parent.parent
# The tool and the local Glue service; sandbox.toml says where this project's own commands are.
SOURCES = ("packages/glue-sandbox/src", "packages/local-glue/src")
SUPPORTED = ("3.11", "3.12")
# What these ask or stop can only be there after a set-up: they answer without one.
ASK_A_RUNNING_SANDBOX = frozenset(
    (
        *("status", "logs", "env", "shell", "history", "bookmark", "run", "notebook", "notebook-report"),
        *("seed", "watch", "dashboard", "kpis", "rejected", "runs", "alerts", "metrics", "audit"),
        "recompute",
    )
)
NOTHING_RUNS = "expected a running sandbox\nfound    nothing is set up here\nnext     make up"


def main() -> None:
    """Set up the command line, then hand over to it; it sets up what a command needs."""
    home = (ROOT / (os.environ.get("SANDBOX_HOME") or ".sandbox")).resolve()
    command = sys.argv[1] if len(sys.argv) > 1 else "--help"
    if command in ASK_A_RUNNING_SANDBOX and not is_set_up(home) and not {"--help", "aws"} & {*sys.argv}:
        sys.exit(why_nothing_answers(home))

    use_sources(home)
    from glue_sandbox.setup.needs import OWN, explanation, set_up
    from glue_sandbox.setup.removal import remove
    from local_glue.setup.report import SetupError

    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if command in {"down", "clean"} and not is_set_up(home):
            removed = command == "clean" and remove(home)
            print(f"Removed {home}" if removed else "Nothing is set up here, so nothing runs.")
            return
        set_up(home, [OWN])
    except SetupError as error:
        sys.exit(explanation(error, home))
    except KeyboardInterrupt:
        print("\nset-up interrupted; the next command carries on from here", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)
    hand_over(home)


def use_sources(home: Path) -> None:
    """Make the tool's own modules importable, in a Python that can read them."""
    use_supported_python(home)
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(ROOT / folder) for folder in SOURCES]


def why_nothing_answers(home: Path) -> str:
    """Return what people read where nothing is set up: that a start is under way, or how to begin one."""
    if not (home / "setup.lock").exists():
        return NOTHING_RUNS

    use_sources(home)
    from glue_sandbox.setup.needs import not_running

    told = not_running(home, home / "state", "nothing is set up here", "make up")
    return f"expected {told.expected}\nfound    {told.found}\nnext     {told.next_command}"


def is_set_up(home: Path) -> bool:
    """Return whether anything can run: the command line is installed, or was when a sandbox started."""
    state = ROOT / (os.environ.get("SANDBOX_STATE") or home / "state")
    return (home / "envs" / "sandbox" / ".stamp").exists() or state.exists()


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


def hand_over(home: Path) -> None:
    """Replace this process by the command line, in its own environment."""
    python = str(home / "envs" / "sandbox" / "bin" / "python")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(str(ROOT / folder) for folder in SOURCES))
    environment.setdefault("SANDBOX_PROJECT", str(ROOT))
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # the checkout stays clean
    # Ctrl-C waits until the command line is ready for it, which comes after Python's own start.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.execve(python, [python, "-m", "glue_sandbox", *sys.argv[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
