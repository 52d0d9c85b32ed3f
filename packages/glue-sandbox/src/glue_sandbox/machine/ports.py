"""Who listens on a port of this machine."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass

import psutil


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


def owner_of(port: int) -> PortOwner:
    """Name the process that listens on a port."""
    pid = _listening_pid(port)
    if pid is None:
        return PortOwner(None, "a process of another user (or a container)")
    try:
        process = psutil.Process(pid)
        command = " ".join(process.cmdline()) or process.name()
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
