"""Whose program it is that has connected to a port of this machine: for protocols that know no password.

Linux says which user a connection's other end belongs to; elsewhere nobody is told apart.
"""

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ESTABLISHED = "01"
_MAPPED = "0000000000000000FFFF0000"  # before an address of version 4 in the table of version 6


def is_own_program(connection: socket.socket) -> bool:
    """Return whether a program of this process's user is at the other end of a connection over loopback."""
    if not _TABLES[0].exists():
        return True
    ends = [_written(*connection.getpeername()), _written(*connection.getsockname())]
    return os.getuid() in _users(ends)


def _users(ends: list[str]) -> Iterator[int]:
    """Yield the user of a connection that is open; one that was closed belongs to nobody, written as 0."""
    for table in _TABLES:
        for line in table.read_text(encoding="ascii").splitlines()[1:] if table.exists() else ():
            row = line.split()
            if [row[1].removeprefix(_MAPPED), row[2].removeprefix(_MAPPED), row[3]] == [*ends, _ESTABLISHED]:
                yield int(row[7])


def _written(address: str, port: int) -> str:
    """Return an address of version 4 as the kernel's tables have it."""
    (number,) = struct.unpack("=I", socket.inet_aton(address))
    return f"{number:08X}:{port:04X}"
