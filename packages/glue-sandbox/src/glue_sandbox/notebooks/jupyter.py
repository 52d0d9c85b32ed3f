"""JupyterLab on the project's notebooks, and what they show as pages of HTML."""

from __future__ import annotations

import itertools
import os
import subprocess
from pathlib import Path

from rich.text import Text

from glue_sandbox.errors import SandboxError
from glue_sandbox.notebooks.spark import kernel_environment
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import at_work, last_lines, out, step
from glue_sandbox.terminal.visible_text import without_colours

_CELL_SECONDS = 600


def open_lab(settings: Settings) -> int:
    """Run JupyterLab until it is interrupted; return its exit code.

    Raises:
        SandboxError: the sandbox does not run, or the project has no folder of notebooks.
    """
    folder = notebook_folder(settings)
    must_run(settings)
    with kernel_environment(settings) as env:
        process = subprocess.Popen(
            [*_python(settings), "jupyterlab", *lab_options(folder)],
            env=env,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            show_output(process)
            return process.wait()
        except KeyboardInterrupt:  # the terminal has told it, too
            process.communicate()
            out.print(f"JupyterLab has ended; what was saved is in {folder}", markup=False)
            return 0


def show_output(process: subprocess.Popen[str]) -> None:
    """Print what JupyterLab says, line by line to its end; until the first one, that it starts.

    Raises:
        RuntimeError: its output is no pipe.
    """
    if process.stdout is None:
        raise RuntimeError("the process was started without a pipe")
    with at_work("JupyterLab starts; Ctrl-C ends it"):
        first = process.stdout.readline()
    for line in itertools.chain([first], process.stdout):
        out.print(Text(line.rstrip("\n")), soft_wrap=True)


def lab_options(folder: Path) -> list[str]:
    """Return what JupyterLab is told: loopback, a token of its own making, an end by one Ctrl-C.

    It refuses root, who runs all else of the sandbox in a container or a CI job, unless it is told otherwise.
    """
    root = ["--allow-root"] if os.geteuid() == 0 else []
    return ["--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={folder}", "--no-browser", "-y", *root]


def write_reports(settings: Settings) -> list[Path]:
    """Run every notebook of the project from its first cell to its last; return the pages that show them.

    Raises:
        SandboxError: the sandbox does not run, there is no notebook, or a cell fails.
    """
    folder = notebook_folder(settings)
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise SandboxError(f"a notebook in {folder}", "none", "make notebook, and save one there")
    must_run(settings)
    with kernel_environment(settings) as env:
        return [_report(settings, notebook, env) for notebook in notebooks]


def notebook_folder(settings: Settings) -> Path:
    """Return where the project has its notebooks.

    Raises:
        SandboxError: sandbox.toml names no folder, or one that is not there.
    """
    folder = settings.project.notebook_folder
    if folder is None:
        raise SandboxError(
            "a folder notebooks, or another one that sandbox.toml names",
            "none",
            "mkdir notebooks, then: make notebook",
        )
    if not folder.is_dir():
        raise SandboxError(
            f"the folder {folder}, which notebooks in sandbox.toml names", "none", f"mkdir {folder}"
        )
    return folder


def _report(settings: Settings, notebook: Path, env: dict[str, str]) -> Path:
    page = settings.state / "reports" / f"{notebook.stem}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    options = ["--execute", f"--ExecutePreprocessor.timeout={_CELL_SECONDS}", "--to", "html"]
    command = [*_python(settings), "nbconvert", *options, "--output", str(page), str(notebook)]
    with step(f"{notebook.name}: all cells"):
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SandboxError(
                f"every cell of {notebook.relative_to(settings.root)} to succeed",
                "one that failed; the end of its traceback is above",
                "make notebook, and run the cells up to it",
                details=last_lines(without_colours(done.stderr)),
            )
    return page


def _python(settings: Settings) -> list[str]:
    return [str(settings.python("notebook")), "-m"]
