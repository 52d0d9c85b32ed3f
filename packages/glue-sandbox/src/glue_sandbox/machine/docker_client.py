"""The one place that runs the program `docker`: with lists of words, and without keys of an AWS account."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO, NoReturn

ANSWER_SECONDS = 60.0
NO_PROGRAM = "no program `docker` on PATH"


def docker_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the user's environment as `docker` gets it; builds take mounts of secrets, so BuildKit."""
    given = os.environ if environ is None else environ
    env = {name: value for name, value in given.items() if not name.startswith("AWS_")}
    return env | {"DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain"}


def ask(
    *words: str, seconds: float | None = ANSWER_SECONDS, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `docker <words>` to its end, whatever it says.

    Raises:
        FileNotFoundError: there is no such program.
        subprocess.TimeoutExpired: it took longer than `seconds`.
    """
    return subprocess.run(
        ["docker", *words],
        env=docker_environment(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds,
        check=False,
    )


def show(*words: str) -> subprocess.CompletedProcess[str]:
    """Run `docker <words>` with its progress on the terminal; its errors are kept, too.

    Raises:
        FileNotFoundError: there is no such program.
    """
    return subprocess.run(
        ["docker", *words], env=docker_environment(), stderr=subprocess.PIPE, text=True, check=False
    )


def begin(
    words: Sequence[str], output: IO[bytes], environ: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Begin `docker <words>`, as leader of a group that no terminal's Ctrl-C reaches.

    Raises:
        FileNotFoundError: there is no such program.
    """
    return subprocess.Popen(
        ["docker", *words],
        env=docker_environment(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def read(words: Sequence[str], environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Begin `docker <words>`, whose output and errors are read line by line; a terminal's Ctrl-C reaches it.

    Raises:
        FileNotFoundError: there is no such program.
    """
    return subprocess.Popen(
        ["docker", *words],
        env=docker_environment(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def become(words: Sequence[str], environ: Mapping[str, str] | None = None) -> NoReturn:
    """Replace this process by `docker <words>`, which has the terminal from now on.

    Raises:
        FileNotFoundError: there is no such program.
    """
    os.execvpe("docker", ["docker", *words], docker_environment(environ))  # noqa: S606
