"""Runs the suites of tests/: pytest in a process for each, and in two where two get ready sooner.

A process for each, for a Spark JVM is one per process, with the class path and settings of its first user.
"""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from sandbox.checks import environment_of_checks
from sandbox.console import out
from sandbox.errors import SandboxError
from sandbox.settings import Settings

# Two at a time: more need more cores than two, and more memory than a laptop has to spare.
PARALLEL = {
    "tests/unit": ("--numprocesses", "2", "--dist", "worksteal"),
    "tests/service": ("--numprocesses", "2", "--dist", "loadfile"),
}
# Its tests wait more than they compute. Two plain processes: each, told to end, takes its sandbox down first.
FIRST_HALF = {"tests/e2e": ("tests/e2e/test_sample_delivery.py", "tests/e2e/test_real_delivery.py")}
NO_TESTS = 5  # pytest's exit code when a selection leaves none


def run_tests(
    settings: Settings, suites: Sequence[str], arguments: str, extra: Mapping[str, str] | None = None
) -> int:
    """Run pytest on each folder of tests/, later ones also after a failure; the first bad exit code, or 0."""
    folders = [f"tests/{suite}" for suite in suites]
    for folder in folders:
        if not any((settings.root / folder).rglob("test_*.py")):
            raise SandboxError(f"files test_*.py in {folder}", "none", f"git checkout {folder}, then repeat")
    env = environment_of_checks(settings) | dict(extra or {})
    codes = {folder: _run(settings, folder, shlex.split(arguments), env) for folder in folders}
    if len(folders) > 1:
        verdicts = (f"{folder} {'FAILED' if code else 'passed'}" for folder, code in codes.items())
        out.print(f"\nIn all: {', '.join(verdicts)}")
    return next((code for code in codes.values() if code), 0)


def run_soak(settings: Settings, count: int) -> int:
    """Run the property tests with so many times as many examples; pytest's exit code."""
    arguments = f"-k test_random --timeout={600 * count}"
    return run_tests(settings, ["unit", "service"], arguments, {"SOAK": str(count)})


def _run(settings: Settings, folder: str, arguments: list[str], env: Mapping[str, str]) -> int:
    """One folder's tests; a second half that runs beside the first shows its output when that is done."""
    out.print(f"\n[bold]{folder}[/]")
    first_half = [file for file in FIRST_HALF.get(folder, ()) if (settings.root / file).exists()]
    if first_half:
        parts = [first_half, [folder, *(f"--ignore={file}" for file in first_half)]]
    else:
        parts = [[folder, *PARALLEL.get(folder, ())]]
    with _ended_together() as running:
        logs = []
        for number, part in enumerate(parts):
            cache = f"cache_dir={settings.home / 'cache' / 'pytest'}{number or ''}"
            command = [str(settings.python("dev")), "-m", "pytest", "-o", cache, *part, *arguments]
            log = settings.home / "logs" / f"{Path(folder).name}-{number}.log" if number else None
            if log:
                out.print(f"[dim]beside it: {' '.join(part)} (tail -f {log})[/]")
            logs.append(log)
            running.append(_started(command, settings.root, env, log))
        codes = []
        for process, log in zip(running, logs, strict=True):
            codes.append(process.wait())
            if log:
                out.print(f"\n[bold]{log.stem}[/]")
                sys.stdout.flush()
                sys.stdout.write(log.read_text(encoding="utf-8", errors="replace"))
    ran = [code for code in codes if code != NO_TESTS]
    return next((code for code in ran if code), 0) if ran else NO_TESTS


def _started(
    command: list[str], folder: Path, env: Mapping[str, str], log: Path | None
) -> subprocess.Popen[bytes]:
    sys.stdout.flush()
    if log is None:
        return subprocess.Popen(command, cwd=folder, env=env)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )


@contextmanager
def _ended_together() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that have the time to clean up when this one is interrupted or told to end.

    The terminal's Ctrl-C reaches them by itself; what comes to this process alone is passed on.
    """
    running: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        for process in running:
            process.send_signal(number)
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield running
    finally:
        for process in running:
            process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
