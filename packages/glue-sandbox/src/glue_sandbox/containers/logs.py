"""The containers' logs, as compose shows them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, Queue

from glue_sandbox.docker.compose import CONTROL, PROFILES, Compose
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.processes.logs import COLOURS, POLL_SECONDS, print_all, print_line
from glue_sandbox.settings import Settings
from glue_sandbox.setup.needs import not_running
from glue_sandbox.terminal.console import out, say_that_it_follows

SEARCHED = 50
"""Lines that are looked at for one that is to be kept: compose can only be asked for a log's last ones."""


def show_logs(
    settings: Settings,
    service: str | None,
    lines: int,
    follow: bool,
    keep: Callable[[str], bool] | None = None,
    more: Callable[[], Iterable[tuple[str, str]]] = tuple,
) -> None:
    """Print the last lines of every container, or of those of one service; with `follow`, until Ctrl-C.

    `spark` stands for master and workers. With `keep`, only lines that it keeps; `more` has lines from
    elsewhere by their name: those that are new each time.

    Raises:
        SandboxError: no container of this sandbox has such logs; names those that have.
    """
    compose = Compose(settings)
    there = sorted(compose.containers())
    chosen = [name for name in there if service in (None, name) or name.startswith(f"{service}-")]
    if not there:
        raise not_running(settings.home, settings.state, "no container of it", "make up")
    if not chosen:
        raise SandboxError(
            f"one of {', '.join(there)}", f"S={service}", f"make logs S={closest(service or '', there)}"
        )

    tail = lines if keep is None else lines * SEARCHED
    words = ["logs", "--no-color", "--tail", str(tail), *(["--follow"] if follow else []), *chosen]
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(chosen)}
    first = list(more())
    width = max(map(len, (*chosen, *(name for name, _ in first))))

    has_said = False
    with compose.read(*words, profiles=PROFILES) as process:
        try:
            for line in _lines(process.stdout or ()):
                name, bar, text = CONTROL.sub("", line or "").partition(" | ")
                service = name.strip().removesuffix("-1")  # compose numbers the containers of a service
                if bar and service in colours and (keep is None or keep(text)):
                    print_line(service, text, width, colours[service])
                if line is None:
                    print_all([*first, *more()], width)
                    first = []
                if line is None and follow and not has_said:
                    has_said = True
                    say_that_it_follows()
        except KeyboardInterrupt:
            process.terminate()
            out.print()


def _lines(stream: Iterable[str]) -> Iterator[str | None]:
    """Yield lines as they come, and None now and then, when others may look elsewhere; at the end, too."""
    arrived: Queue[str | None] = Queue()

    def read() -> None:
        for line in stream:
            arrived.put(line)
        arrived.put(None)

    threading.Thread(target=read, daemon=True).start()
    looked = time.monotonic()

    while True:
        try:
            line = arrived.get(timeout=POLL_SECONDS)
        except Empty:
            yield None
            continue

        yield line
        if line is None:
            return
        if time.monotonic() > looked + POLL_SECONDS:
            looked = time.monotonic()
            yield None
