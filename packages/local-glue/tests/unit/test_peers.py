"""Whose program has connected: ours, or another user's of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from local_glue.metastore.server import Metastore
from local_glue.peers import is_own_program

NOBODY = 65534
# Sends a whole call of Hive's, and says how many bytes it got for it.
STRANGER = """
import socket, struct, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
name = b"get_all_databases"
call = struct.pack(">II", 0x80010001, len(name)) + name + struct.pack(">I", 7) + bytes(1)
try:
    connection.sendall(call)
    print(len(connection.recv(1000)))
except ConnectionError:
    print(0)
"""


def _connected_from(connecting: socket.socket, at: str) -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server, connecting:
        connecting.connect((at, server.getsockname()[1]))
        accepted, _ = server.accept()
        with accepted:
            return is_own_program(accepted)


def test_a_program_of_this_user_is_known_by_either_family_of_sockets() -> None:
    assert _connected_from(socket.socket(), "127.0.0.1")
    assert _connected_from(socket.socket(socket.AF_INET6), "::ffff:127.0.0.1")  # as Java connects


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux says whose a connection is")
def test_who_has_hung_up_is_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connecting = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        connecting.close()
        with accepted:
            assert accepted.recv(1) == b""
            assert not is_own_program(accepted)


@pytest.mark.skipif(os.getuid() != 0, reason="another user of the machine was not tried: needs root")
def test_the_metastore_of_a_run_answers_no_other_user_of_the_machine() -> None:
    metastore = Metastore(object(), object())  # whoever is answered gets an error
    try:
        port = metastore.url.rpartition(":")[2]

        def answered(*prefix: str) -> str:
            command = [*prefix, "/usr/bin/python3", "-c", STRANGER, port]
            return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout

        assert int(answered()) > 0
        stranger = ("/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        assert answered(*stranger) == "0\n"
    finally:
        metastore.close()
