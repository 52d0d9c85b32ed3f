"""The Python of a run's script, started ahead: it has imported what most scripts do before it knows its run.

    python waiting_script.py

Started by path in the jobs' Python, needs pyspark and boto3. Its standard input gets one line, a JSON object:
`argv`, what Python would be started with, which is `attach.py` and its arguments; `env`, the whole
environment; `cwd`. It becomes what a new Python would be with these. Where it can't, because a new one would
import a module from elsewhere or start otherwise, it becomes a new one.
"""

import gc
import json
import os
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType

import boto3.s3.inject
import boto3.session
import pyspark.sql.functions
import pyspark.sql.window  # noqa: F401 - what most scripts import

_RUN_SCRIPT = Path(__file__).parents[2] / "process" / "run_script.py"
_READ_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "LD_")
"""How the variables begin that count when a process starts, and not later."""
_IMPORTED_AT_START = ("sitecustomize", "usercustomize")


def main() -> None:
    """Wait for the line and become the script; the end of the input is the sign to end."""
    attach, run_script = _loaded(Path(__file__).with_name("attach.py")), _loaded(_RUN_SCRIPT)
    _import_what_clients_need()
    own_env, own_path = dict(os.environ), _python_path()

    line = sys.stdin.buffer.readline()
    if not line:
        return

    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    told = json.loads(line)
    argv, env = told["argv"], told["env"]
    os.environ.clear()
    os.environ.update(env)
    os.chdir(told["cwd"])

    added = [entry for entry in _python_path() if entry not in own_path]
    if _starts_otherwise(own_env, env) or _is_any_elsewhere([str(Path(argv[-1]).parent), *added]):
        os.execv(sys.executable, [sys.executable, *argv])  # noqa: S606 - no shell is wanted

    sys.path[1:] = [*_python_path(), *(entry for entry in sys.path[1:] if entry not in own_path)]
    attach.attach(argv[1])
    sys.argv[:] = argv[2:]
    run_script.main()


def _loaded(path: Path) -> ModuleType:
    loader = SourceFileLoader(f"_{path.stem}", str(path))
    module = ModuleType(loader.name)
    loader.exec_module(module)
    return module


def _import_what_clients_need() -> None:
    """Make a client, for half of what it imports comes with the first one; nothing is asked by it.

    One of S3, whose model is among the largest, would leave ten megabytes behind.
    """
    session = boto3.session.Session("none", "none", region_name="us-east-1")
    session.client("sts")
    del session
    gc.collect()


def _python_path() -> "list[str]":
    return list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))


def _starts_otherwise(own: "dict[str, str]", told: "dict[str, str]") -> bool:
    """Whether a variable differs that a Python which has started takes no more; its path is taken."""
    names = (name for name in {*own, *told} if name.startswith(_READ_AT_START) and name != "PYTHONPATH")
    return any(own.get(name) != told.get(name) for name in names)


def _is_any_elsewhere(entries: "Iterable[str]") -> bool:
    """Whether a module that is imported already would be found in one of these entries of the path."""
    imported = {*(name.partition(".")[0] for name in sys.modules), *_IMPORTED_AT_START} - {"__main__"}
    path = list(entries)
    return any(PathFinder.find_spec(name, path) for name in imported)


if __name__ == "__main__":
    main()
