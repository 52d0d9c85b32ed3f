"""Modules that Glue 5.1 has preinstalled and the jobs' Python here has not.

They are installed when a script first imports one of them: most scripts import none, and all of them are
more than the rest of a job's Python together. Source: "Python modules already provided in AWS Glue" in the
Glue developer guide; `setup/locks/glue_modules.in` is that list.
"""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from local_glue.runs.context import RunContext
from local_glue.runs.modules.environments import python_over
from local_glue.setup.environments import LOCKS

_LOCK = LOCKS / "glue_modules.txt"
# Modules that are imported by another name than they are installed by.
_IMPORTED_AS = {
    "attrs": "attr",
    "charset-normalizer": "charset_normalizer",
    "pillow": "PIL",
    "Pygments": "pygments",
    "pytest-timeout": "pytest_timeout",
    "python-dateutil": "dateutil",
}
_LACKS = (
    "import importlib.util, sys; print(*(n for n in sys.argv[1:] if importlib.util.find_spec(n) is None))"
)


def python_for(context: RunContext, script: Path) -> Path:
    """Return the Python that a script runs in: with Glue's preinstalled modules, if it needs them.

    Raises:
        LaunchError: pip can't install them, or nobody waits for the run any more.
    """
    imported = sorted(imports_of(script.read_bytes()) & import_names())
    if context.run.is_python_shell or not imported:
        return context.settings.job_python
    lacking = _lacking(context, imported)
    if not lacking:
        return context.settings.job_python

    context.tell(
        f"local Glue: the script imports {lacking}, which Glue 5.1 has preinstalled: its modules are "
        "installed once for this sandbox, which takes a minute or two"
    )
    told_to_pip = ["--only-binary=:all:", "--require-hashes", "-r", str(_LOCK)]
    return python_over(context, told_to_pip, lambda: told_to_pip, "the modules that Glue has preinstalled")


def pinned() -> dict[str, str]:
    """Return the version of each module that Glue 5.1 has preinstalled."""
    text = _LOCK.with_suffix(".in").read_text(encoding="utf-8")
    return dict(re.findall(r"^([^#=\n]+)==(.+)$", text, re.M))


def import_names() -> set[str]:
    """Return the names that scripts import them by."""
    return {_IMPORTED_AS.get(name, name) for name in pinned()}


def imports_of(script: bytes) -> set[str]:
    """Return the top names of all that a script imports anywhere; none where it is no Python."""
    try:
        return set(_imported(ast.parse(script)))
    except (SyntaxError, ValueError):
        return set()


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _lacking(context: RunContext, names: list[str]) -> str:
    """Return those that the jobs' Python does not find, as a text."""
    settings = context.settings
    env = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": settings.job_python_path}
    command = [str(settings.job_python), "-c", _LACKS, *names]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return ", ".join(done.stdout.split())
