"""Runs the suites of tests/: pytest in a process for each, and in several where that is ready sooner.

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

from glue_sandbox.dev.check_environment import environment_of_checks
from glue_sandbox.dev.versions import versions
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.mode import CONTAINERS, EMBEDDED
from glue_sandbox.promote.content import content_of
from glue_sandbox.promote.gate import write_proof
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out

# Each has its tests beside its sources.
OWNERS = ("packages/local-glue/tests", "packages/glue-sandbox/tests", "tests")
# Two at a time: more need more cores than two, and more memory than a laptop has to spare.
PARALLEL = {
    "unit": ("--numprocesses", "2", "--dist", "worksteal"),
    # In the order of collection, so that SLOW_FILES of conftest.py come first.
    "service": ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder"),
}
# Its tests often wait, so three run at once; tests/e2e/shares.py says what each has. They are plain
# processes: each, told to end, takes its sandbox down first.
SHARES = {"e2e": 3}
SLOWEST = ("--durations=20", "--durations-min=1")  # named at the end; all durations are in logs/junit/
PYTEST = Path(__file__).with_name("run_pytest.py")
NO_TESTS = 5  # pytest's exit code when a selection leaves none


def run_tests(
    settings: Settings, suites: Sequence[str], arguments: str, extra: Mapping[str, str] | None = None
) -> int:
    """Run pytest on each suite, later ones also after a failure; the first bad exit code, or 0."""
    folders = {suite: _folders(settings, suite) for suite in suites}
    env = environment_of_checks(settings) | dict(extra or {})
    tested = _digest(settings)
    codes = {suite: _run(settings, suite, folders[suite], shlex.split(arguments), env) for suite in suites}
    if tested and not arguments and _digest(settings) == tested:
        reports = settings.home / "logs" / "junit"
        passed = {suite: sorted(reports.glob(f"{suite}-*.xml")) for suite, code in codes.items() if not code}
        left_out = CONTAINERS if env.get("TARGET") == EMBEDDED else ""
        write_proof(settings.home, tested, passed, left_out, versions(settings))
    if len(suites) > 1:
        verdicts = (f"{suite} {'FAILED' if code else 'passed'}" for suite, code in codes.items())
        out.print(f"\nIn all: {', '.join(verdicts)}")
    return next((code for code in codes.values() if code), 0)


def _digest(settings: Settings) -> str:
    """What of the project would be promoted; empty where that cannot be said, such as without templates."""
    try:
        return content_of(settings.project).digest
    except SandboxError:
        return ""


def _folders(settings: Settings, suite: str) -> list[str]:
    """The suite's folders, of the packages and of the whole; SandboxError when none of them has a test."""
    folders = [f"{owner}/{suite}" for owner in OWNERS if (settings.root / owner / suite).is_dir()]
    if not any(any((settings.root / folder).rglob("test_*.py")) for folder in folders):
        expected = f"tests/{suite}"
        raise SandboxError(f"files test_*.py in {expected}", "none", f"git checkout {expected}, then repeat")
    return folders


def _run(
    settings: Settings, suite: str, folders: list[str], arguments: list[str], env: Mapping[str, str]
) -> int:
    """One suite's tests; a share that runs beside the first shows its output when that is done."""
    out.print(f"\n[bold]{suite}[/]")
    shares = SHARES.get(suite, 0)
    parts = [[*folders, f"--share={number}/{shares}"] for number in range(1, shares + 1)]
    parts = parts or [[*folders, *PARALLEL.get(suite, ())]]

    with _ended_together() as running:
        logs = []
        for number, part in enumerate(parts):
            cache = f"cache_dir={settings.home / 'cache' / 'pytest'}{number or ''}"
            report = settings.home / "logs" / "junit" / f"{suite}-{number}.xml"
            command = [str(settings.python("dev")), str(PYTEST), "-o", cache, f"--junitxml={report}"]
            command += [*SLOWEST, *part, *arguments]
            log = settings.home / "logs" / f"{suite}-{number}.log" if number else None
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
