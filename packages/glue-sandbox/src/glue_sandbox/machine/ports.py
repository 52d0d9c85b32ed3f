"""Who listens on a port of this machine."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import psutil

from glue_sandbox.errors import SandboxError

STEP = 100  # from a port that is taken to the one that is proposed instead


@dataclass(frozen=True)
class NeededPort:
    """A port that something is about to listen on."""

    number: int
    variable: str
    """Whose value it is."""
    listener: str
    """What will listen there, for people."""


@dataclass(frozen=True)
class PortOwner:
    """The process behind a port, as far as this user may know it."""

    pid: int | None
    description: str


def is_free(port: int) -> bool:
    """True when a server could listen on 127.0.0.1:port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, all different."""
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def must_be_free(needed: Sequence[NeededPort], command: str, given: Mapping[str, str] | None = None) -> None:
    """Stop where somebody else listens on a port: all of them are named, with the command that avoids them.

    `command` is what was typed, `given` the variables that stood before it.

    Raises:
        SandboxError: a port is taken.
    """
    taken = [port for port in needed if not is_free(port.number)]
    if not taken:
        return

    others = _instead_of(taken, {port.number for port in needed})
    again = " ".join([*(f"{name}={value}" for name, value in {**(given or {}), **others}.items()), command])
    if len(taken) == 1:
        expected = f"port {taken[0].number} free for {taken[0].listener}"
        found = f"it is used by {owner_of(taken[0].number).description}"
        raise SandboxError(expected, found, f"stop it, or take another port: {again}")

    first, last = [str(port.number) for port in taken[:-1]], taken[-1].number
    raise SandboxError(
        f"ports {', '.join(first)} and {last} free",
        "; ".join(f"{port.number} is used by {owner_of(port.number).description}" for port in taken),
        f"stop these, or take other ports: {again}",
    )


def _instead_of(taken: Sequence[NeededPort], used: set[int]) -> dict[str, str]:
    """Return variable → a port that is free, and that no other of them has."""
    others: dict[str, str] = {}
    for port in taken:
        further = range(port.number + STEP, 2**16, STEP)
        free = next((number for number in further if number not in used and is_free(number)), None)
        chosen = free_ports(1)[0] if free is None else free
        used = {*used, chosen}
        others[port.variable] = str(chosen)
    return others


def owner_of(port: int) -> PortOwner:
    """Name the process that listens on a port."""
    pid = _listening_pid(port)
    if pid is None:
        return PortOwner(None, "a process of another user (or a container)")
    try:
        process = psutil.Process(pid)
        command = " ".join(" ".join(process.cmdline()).split()) or process.name()
        return PortOwner(pid, f"process {pid} ({command[:100]})")
    except psutil.Error:
        return PortOwner(pid, f"process {pid}")


def _listening_pid(port: int) -> int | None:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:  # macOS shows them to root only
        return None
    pids = (c.pid for c in connections if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port)
    return next((pid for pid in pids if pid), None)
