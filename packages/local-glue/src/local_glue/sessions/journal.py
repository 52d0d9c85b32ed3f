"""What becomes of one session, stored."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from local_glue.api.glue_api_model import Json
from local_glue.sessions import records, statements
from local_glue.store import Documents, Scope, Store


@dataclass(frozen=True)
class SessionJournal:
    """The record of a session that has a process; once it is deleted, nothing is stored."""

    store: Store
    scope: Scope
    session: Json

    def begin_session(self) -> bool:
        """Store it as READY; return whether somebody still waits for that."""
        return (
            self._do(lambda documents: records.change(documents, self.session, "READY", Progress=1.0))
            is not None
        )

    def begin_statement(self, number: int) -> str | None:
        """Store a statement as RUNNING; return its code, or None when it was cancelled before."""
        started = statements.milliseconds(time.time())
        running = self._change(number, "RUNNING", StartedOn=started)
        return running["Code"] if running else None

    def end_statement(self, number: int, output: Json) -> None:
        """Store what came of a statement: CANCELLED only if that was asked for, and has worked."""
        ended = {"Output": output, "Progress": 1.0, "CompletedOn": statements.milliseconds(time.time())}
        has_failed = output["Status"] == "error"  # of an interrupt, or of the jobs that it cancelled
        if not (has_failed and self._change(number, "CANCELLED", **ended)):
            self._change(number, "AVAILABLE", **ended)

    def end_session(self, state: str, error: str | None) -> None:
        """Store how the session ended. Whoever asked for its stop is told that it worked, in any case."""
        now = time.time()

        def end(documents: Documents) -> None:
            if not records.end(documents, self.session, "STOPPED", now, None):
                records.end(documents, self.session, state, now, error)

        self.store.retry_transaction(self.scope, end)

    def _change(self, number: int, state: str, **fields: object) -> Json | None:
        return self._do(
            lambda documents: statements.change(documents, self.session["Id"], number, state, **fields)
        )

    def _do(self, work: Callable[[Documents], Json | None]) -> Json | None:
        with self.store.transaction(self.scope) as documents:
            if documents.get(records.KIND, self.session["Id"]) is None:
                return None
            return work(documents)
