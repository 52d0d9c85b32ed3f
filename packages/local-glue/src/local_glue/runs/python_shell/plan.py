"""Launch plan of a Python shell job: Python, the script, its arguments."""

import os
from collections.abc import Mapping
from typing import Any

from local_glue.runs.arguments.arguments import to_argv
from local_glue.runs.context import StagedRun
from local_glue.runs.files import LaunchError, RunFolder, download_all, locations
from local_glue.runs.process.process import LaunchPlan, script_command

_MODULE_SUFFIXES = (".whl", ".zip", ".egg", ".py")


def plan_pythonshell(staged: StagedRun) -> LaunchPlan:
    """Download what the job names and plan its process."""
    run, folder = staged.context.run, staged.context.folder
    cwd = folder.make("work")
    python_path = module_path(staged.s3, folder, run.arguments)

    command = script_command(folder, staged.script, to_argv(run.record, run.arguments))
    env = {**staged.env, "PYTHONPATH": os.pathsep.join(python_path)} if python_path else staged.env
    return LaunchPlan([str(staged.settings.job_python), *command], env, cwd)


def module_path(s3: Any, folder: RunFolder, arguments: Mapping[str, str]) -> list[str]:
    """Download `--extra-py-files` and return what goes on PYTHONPATH.

    Wheels, eggs and zips are imported from as they are: Python reads all three as zip files.

    Raises:
        LaunchError: a file is none that Python imports from.
    """
    urls = locations(arguments, "--extra-py-files")
    for url in urls:
        if not url.endswith(_MODULE_SUFFIXES):
            raise LaunchError(f"--extra-py-files takes {', '.join(_MODULE_SUFFIXES)}, found {url!r}.")
    files = download_all(s3, urls, folder.make("modules"), "--extra-py-files")
    found = [str(file.parent if file.suffix == ".py" else file) for file in files]
    return list(dict.fromkeys(found))
