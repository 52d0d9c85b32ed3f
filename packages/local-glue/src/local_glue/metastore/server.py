"""The metastore of one run: answers Spark's Hive client on a port of its own, as long as the run lasts.

Hive's client says nobody's name and no password: programs of other users of the machine get no answer.
"""

import logging
import socketserver
import threading
from collections.abc import Callable
from typing import Any

from local_glue.metastore.catalog_calls import CatalogCalls, MetastoreError
from local_glue.metastore.structs import CALLS, STRUCTS
from local_glue.metastore.wire import EXCEPTION, REPLY, ProtocolError, Reader, Struct, message, packed
from local_glue.peers import is_own_program

logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_FAULT: Struct = {1: ("message", "string"), 2: ("type", "i32")}
_UNKNOWN_METHOD, _INTERNAL_ERROR = 1, 6
_ANY = "MetaException"  # what a call can't say by its own name, it says as this


class Metastore:
    """Listens as soon as it is made, until `close`."""

    def __init__(self, glue: Any, s3: Any, on_refusal: Callable[[str], None] = lambda _: None) -> None:
        """`on_refusal` is told what a script asked for that is not here, whatever the script makes of it."""
        calls = CatalogCalls(glue, s3)

        class Handler(socketserver.StreamRequestHandler):
            """One connection of a client."""

            def handle(self) -> None:
                if not is_own_program(self.connection):
                    logger.warning("a program of another user got no answer of the metastore")
                    return
                try:
                    while answer := _answer(Reader(self.rfile, STRUCTS), calls, on_refusal):
                        self.wfile.write(answer)
                except (ProtocolError, OSError) as error:
                    logger.warning("a client of the metastore was let go: %s", error)

        self._server = socketserver.ThreadingTCPServer((_HOST, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="metastore", daemon=True).start()

    @property
    def url(self) -> str:
        """What `hive.metastore.uris` is to be."""
        return f"thrift://{_HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


def _answer(reader: Reader, calls: CatalogCalls, on_refusal: Callable[[str], None]) -> bytes | None:
    """Answer one call; None when the client has gone."""
    call = reader.message()
    if call is None:
        return None

    name, number = call
    known = CALLS.get(name)
    arguments = reader.struct(known.arguments if known else {})

    if known is None:
        reason = f"The local Data Catalog does not take Hive's call {name}"
        on_refusal(reason)
        return _fault(name, number, _UNKNOWN_METHOD, reason)

    try:
        answer = {"success": calls.call(name, arguments)}
        return message(REPLY, name, number, packed(STRUCTS, known.answer, answer))
    except MetastoreError as error:
        kind, reason = error.name, str(error)
    except Exception as error:  # a bug must reach Spark with its reason, not as a connection that breaks
        logger.exception("Hive's call %s failed by a bug of the local Glue service", name)
        kind, reason = _ANY, f"The local Glue service failed ({type(error).__name__}: {error})."

    kind = kind if kind in known.failures else _ANY
    if kind not in known.failures:
        return _fault(name, number, _INTERNAL_ERROR, reason)
    return message(REPLY, name, number, packed(STRUCTS, known.answer, {kind: {"message": reason}}))


def _fault(name: str, number: int, type_: int, reason: str) -> bytes:
    """Answer what a call has no failure of its own for."""
    return message(EXCEPTION, name, number, packed(STRUCTS, _FAULT, {"message": reason, "type": type_}))
