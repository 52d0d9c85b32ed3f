"""Keeps the sessions under way: starts and ends their processes, and hands them statements."""

import logging
import threading
import time

from local_glue.api.glue_api_model import Json
from local_glue.runs.execution import Execution
from local_glue.runs.outcome import Outcome
from local_glue.runs.spark.drivers.driver_pool import DriverPool
from local_glue.sessions import records
from local_glue.sessions.conversation import Conversation
from local_glue.sessions.journal import SessionJournal
from local_glue.sessions.states import ALIVE
from local_glue.settings import Settings
from local_glue.store import Scope, Store, StoreError

logger = logging.getLogger(__name__)

_STOPPED_WITH_SERVICE = "The local Glue service was stopped while the session was under way. Create it again."
_FOUND_AT_START = "The local Glue service ended while the session was under way. Create it again."
_STOP_SECONDS = 8.0


class LiveSession:
    """One session under way: its process, and the line to it."""

    def __init__(self, settings: Settings, journal: SessionJournal, drivers: DriverPool) -> None:
        idle_seconds = journal.session["IdleTimeout"] * settings.minute_seconds
        self._journal = journal
        self._is_idle = False
        self.conversation = Conversation(journal, idle_seconds)
        self.execution = Execution(
            settings,
            journal.scope,
            records.as_run(journal.session),
            drivers,
            lambda _: True,
            own_script=self.conversation.put_interpreter,
        )

    def run(self) -> None:
        """Live until the process ends, or nobody has asked for anything for too long; store how it ended."""
        talking = threading.Thread(target=self._talk, name="statements", daemon=True)
        talking.start()
        try:
            outcome = self.execution.execute()
        except Exception as error:  # a bug must not leave a session READY for ever
            logger.exception(
                "session %s failed by a bug of the local Glue service", self._journal.session["Id"]
            )
            outcome = Outcome("FAILED", f"The local Glue service failed ({type(error).__name__}: {error}).")
        finally:
            self.conversation.close()

        talking.join()
        try:
            self._journal.end_session(*self._end(outcome))
        except StoreError as error:
            logger.error("the end of session %s can't be stored: %s", self._journal.session["Id"], error)

    def _talk(self) -> None:
        try:
            self._is_idle = self.conversation.hold()
        except (OSError, ValueError, StoreError) as error:
            self.execution.abandon(f"Its statements can't be run any more: {error}")
        else:
            if self._is_idle:
                self.execution.stop()

    def _end(self, outcome: Outcome) -> tuple[str, str | None]:
        if self._is_idle:
            return "TIMEOUT", None
        if outcome.state in ("SUCCEEDED", "STOPPED"):
            return "FAILED", "The session's process came to its end by itself: a statement has ended it."
        return outcome.state, outcome.error


class SessionManager:
    """One thread per session under way, and one for its statements."""

    def __init__(self, settings: Settings, store: Store, drivers: DriverPool) -> None:
        self._settings = settings
        self._store = store
        self._drivers = drivers
        self._lock = threading.Lock()
        self._live: dict[str, tuple[LiveSession, threading.Thread]] = {}  # by the id of the session's run

    def start(self, scope: Scope, session: Json) -> None:
        """Start the process of a session that is stored as PROVISIONING; gives back at once."""
        live = LiveSession(self._settings, SessionJournal(self._store, scope, session), self._drivers)
        run_id = session["RunId"]
        thread = threading.Thread(target=self._run, args=(run_id, live), name=run_id[:12], daemon=True)
        with self._lock:
            self._live[run_id] = (live, thread)
            thread.start()

    def stop(self, session: Json) -> None:
        """End the process of a session that is stored as STOPPING, or deleted."""
        if live := self._find(session):
            live.execution.stop()

    def run(self, session: Json, number: int) -> None:
        """Run a statement that is stored as WAITING, when its turn comes."""
        if live := self._find(session):
            live.conversation.add(number)

    def cancel(self, session: Json, number: int) -> None:
        """Interrupt a statement that is stored as CANCELLING."""
        if live := self._find(session):
            live.conversation.cancel(number)

    @property
    def under_way(self) -> int:
        """How many sessions have a process."""
        return len(self._live)

    def stop_all(self) -> None:
        """End all sessions because the service ends: FAILED with that reason; safe to call twice."""
        with self._lock:
            under_way = list(self._live.values())
        for live, _ in under_way:
            live.execution.abandon(_STOPPED_WITH_SERVICE)
        deadline = time.monotonic() + _STOP_SECONDS
        for _, thread in under_way:
            thread.join(max(0.0, deadline - time.monotonic()))

    def recover(self) -> None:
        """End sessions that a former service left: no process of theirs is left."""
        for scope in self._store.scopes():
            with self._store.transaction(scope) as documents:
                left = [one for one in documents.all(records.KIND) if one["Status"] in ALIVE]
            for session in left:
                SessionJournal(self._store, scope, session).end_session("FAILED", _FOUND_AT_START)

    def _find(self, session: Json) -> LiveSession | None:
        with self._lock:
            found = self._live.get(session["RunId"])
        return found[0] if found else None

    def _run(self, run_id: str, live: LiveSession) -> None:
        try:
            live.run()
        finally:
            with self._lock:
                del self._live[run_id]
