"""Set-up's two outputs: one line per step for the person, every detail into a log file."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_glue.setup.progress import Progress
from local_glue.setup.turn import Owner

# What a log says -> what to do about it. The first match wins.
HINTS = (
    (
        ("not valid yet", "not yet valid", "clock is behind"),
        "set the clock (sudo hwclock --hctosys, or restart Docker Desktop), then repeat the command",
    ),
    (("certificate", "UnknownIssuer", "PKIX"), "export SSL_CERT_FILE=<your organisation's CA bundle>"),
    (("407", "Proxy Authentication"), "export HTTPS_PROXY=http://user:password@proxy:port"),
    (
        ("hash mismatch", "do not match the hashes", "sha256"),
        "remove the folder {cache}, then repeat the command",
    ),
    (("No space left",), "free some disk space (set-up needs about 3 GB), then repeat the command"),
    (("timed out", "dns error", "resolve", "Connection", "unreachable"), "check the network or HTTPS_PROXY"),
)


# What pip, uv and Java need of a user's environment: to start, to reach an index, to say so in words. The
# code of a package that is built from source runs with it, so that nobody's keys and tokens may be in it.
_PASSED_ON = frozenset(
    (
        *("PATH", "HOME", "USER", "LANG", "LANGUAGE", "TERM", "TMPDIR", "LD_LIBRARY_PATH"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"),
        *("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_CACHE_HOME", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"),
    )
)
_ALL_THAT_BEGIN = ("PIP_", "UV_", "LC_")
_PROXY = "_proxy"


def chosen(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what of an environment the programs of the set-up are given."""
    return {
        name: value
        for name, value in environ.items()
        if name in _PASSED_ON or name.startswith(_ALL_THAT_BEGIN) or name.lower().endswith(_PROXY)
    }


class SetupError(Exception):
    """A step of the set-up failed: `message` says what was expected and found."""

    def __init__(self, message: str, next_command: str = "", tail: str = "") -> None:
        super().__init__(message)
        self.next_command = next_command
        self.tail = tail


class Report:
    """Prints steps to stderr, so that a command's own stdout stays clean; may be used by several threads."""

    def __init__(self, log: Path, title: str = "Setting up (once; details: {log})") -> None:
        self.log = log
        self._title = title
        self._lock = threading.Lock()
        self._announced = False
        self._progress = Progress(log.parents[1])

    def step(self, name: str, work: Callable[[], str], size: str = "") -> None:
        """Print a step's name and `size`, run it, then print what it says of itself and how long it took."""
        self.line(f"  {name:<12} … {size}".rstrip())
        started = time.monotonic()
        try:
            with self._progress.during(name):
                result = work()
        except Exception:
            self.line(f"  {name:<12} FAILED ({time.monotonic() - started:.1f} s)")
            raise
        self.line(f"  {name:<12} {result} ({time.monotonic() - started:.1f} s)")

    @contextmanager
    def waiting_for(self, owner: Owner) -> Iterator[None]:
        """Say that another command sets up, and for how long it has been waited for."""
        self.line(f"  waiting for {owner}, which sets up here")
        with self._progress.during("waiting"):
            yield

    def line(self, text: str) -> None:
        """Print one line, under a heading the first time."""
        with self._lock:
            if not self._announced:
                self._announced = True
                self._progress.print(self._title.format(log=relative_path(self.log)))
            self._progress.print(text)

    def run(self, command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> None:
        """Run a command with its output in the log.

        Of `env` it gets what `chosen` passes on.

        Raises:
            SetupError: it failed; with its last lines and what to do.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        output = subprocess.run(
            list(command),
            env=chosen(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        with self._lock, self.log.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {' '.join(command)}\n{output.stdout}[exit {output.returncode}]\n")
        if output.returncode:
            step = f"{Path(command[0]).name} {' '.join(command[1:3])} …"
            raise SetupError(
                f"expected `{step}` to work, found exit code {output.returncode}",
                next_command=hint_for(output.stdout, relative_path(self.log.parents[1] / "cache")),
                tail="\n".join(output.stdout.strip().splitlines()[-12:]),
            )


def hint_for(output: str, cache: str) -> str:
    """Return the next thing to try, from the words of a failed command's output.

    `cache` is the folder with what was downloaded before.
    """
    for words, hint in HINTS:
        if any(word.lower() in output.lower() for word in words):
            return hint.format(cache=cache)
    return "repeat the command: what is already set up is kept"


def relative_path(path: Path) -> str:
    """A path as people want to read it: relative to here when it lies below."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
