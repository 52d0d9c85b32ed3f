"""`--additional-python-modules`: one environment per set of modules, kept for the next run of that set."""

import hashlib
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_glue.runs.context import RunContext
from local_glue.runs.files import LaunchError, RunFolder, download, locations
from local_glue.runs.modules.zip_of_wheels import SUFFIX, installer_arguments
from local_glue.runs.process.helpers import alone, run_to_end
from local_glue.runs.process.process import LaunchPlan, Process, arguments_file
from local_glue.settings import Settings

OPTION = "--additional-python-modules"
INSTALLER_OPTION = "--python-modules-installer-option"
_INSTALL = Path(__file__).with_name("install_modules.py")
_COMPLETE = "complete"
# What pip needs of the machine to reach the index that is configured here.
_MACHINE = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXY = "_proxy"
_PIP = "PIP_"


def python_with_modules(context: RunContext, s3: Any) -> Path:
    """Return the Python that has the modules a run asks for: installed now, or by a run before.

    Raises:
        LaunchError: pip can't install them, or nobody waits for the run any more.
    """
    folder, arguments = context.folder, context.run.arguments
    modules = [_local(s3, folder, name) for name in locations(arguments, OPTION)]
    if not modules:
        return context.settings.job_python
    options = _split(arguments.get(INSTALLER_OPTION, ""))

    def told_to_pip() -> list[str]:
        return [*options, *(part for name in modules for part in _unpacked(name))]

    return python_over(context, [*options, *sorted(modules)], told_to_pip, OPTION)


def python_over(
    context: RunContext, parts: list[str], told_to_pip: Callable[[], list[str]], what: str
) -> Path:
    """Return the Python of an environment over the jobs' own, known by `parts`: made now, or by a run before.

    Raises:
        LaunchError: pip can't install `what`, or nobody waits for the run any more.
    """
    target = context.settings.modules_dir / _key(context.settings, parts)
    with alone(target.name, lambda: _check(context.is_wanted)):
        if not (target / _COMPLETE).is_file():
            _install(context, target, told_to_pip(), what)
            (target / _COMPLETE).touch()
    return target / "bin" / "python"


def _local(s3: Any, folder: RunFolder, name: str) -> str:
    """Download what lies on S3: wheels, one or a zip of them, or a requirements file for the option -r."""
    if not name.startswith(("s3://", "s3a://")):
        return name
    return str(download(s3, name, folder.make("wheels"), OPTION))


def _unpacked(name: str) -> list[str]:
    return installer_arguments(Path(name)) if name.endswith(SUFFIX) else [name]


def _split(options: str) -> list[str]:
    try:
        return shlex.split(options)
    except ValueError as error:
        raise LaunchError(
            f"{INSTALLER_OPTION} takes options of pip install, found {options!r}: {error}."
        ) from error


def _key(settings: Settings, parts: list[str]) -> str:
    """Tell sets apart by what is in them, above which Python, and with which packages below."""
    digest = hashlib.sha256(str(settings.job_python).encode())
    for package in sorted(settings.job_python.parents[1].glob("lib/python3*/site-packages/*.dist-info")):
        digest.update(package.name.encode())
    for part in parts:
        path = Path(part)
        is_file = path.is_absolute() and path.is_file()
        digest.update(path.name.encode() + path.read_bytes() if is_file else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def _install(context: RunContext, target: Path, parts: list[str], what: str) -> None:
    settings, folder = context.settings, context.folder
    target.parent.mkdir(parents=True, exist_ok=True)
    # An index's address may hold a password.
    arguments = arguments_file(folder, parts)
    plan = LaunchPlan(
        [str(settings.job_python), str(_INSTALL), str(target), str(arguments)],
        _environment(settings, folder),
        folder.make("work"),
    )

    process = run_to_end(plan, lambda: _check(context.is_wanted))
    if process.finish():
        raise LaunchError(f"LAUNCH ERROR | {what}: {_last_line(process)}")


def _environment(settings: Settings, folder: RunFolder) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _MACHINE or name.startswith(_PIP) or name.lower().endswith(_PROXY)
    }
    return {
        **kept,
        "HOME": str(folder.make("home")),
        "TMPDIR": str(folder.make("tmp")),
        "PIP_CACHE_DIR": str(settings.modules_dir / "cache"),
    }


def _last_line(process: Process) -> str:
    """Return pip's own last word."""
    lines = [line for line in process.error_tail if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    found = (errors or lines or ["pip failed and said nothing."])[-1]
    return found.strip()


def _check(is_wanted: Callable[[], bool]) -> None:
    if not is_wanted():
        raise LaunchError("The run was ended while its modules were installed.")
