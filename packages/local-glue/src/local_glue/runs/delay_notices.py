"""Tells EventBridge of runs that take longer than their job's NotifyDelayAfter, in minutes, says.

AWS: one event for each state that such a run is in when it is late, or comes to later.
"""

import threading
import time
from dataclasses import dataclass, field

from local_glue.api.glue_api_model import Json
from local_glue.events.bus import EventBus
from local_glue.events.job_runs import job_run_status
from local_glue.runs.records import KIND
from local_glue.runs.states import STARTED
from local_glue.settings import Settings
from local_glue.store import Scope, Store


@dataclass(frozen=True)
class _Watched:
    scope: Scope
    late_at: float
    timer: threading.Timer
    told: set[str] = field(default_factory=set)
    """States of which EventBridge knows."""


class DelayNotices:
    """One timer per run under way whose job has such a threshold."""

    def __init__(self, settings: Settings, store: Store, bus: EventBus) -> None:
        self._settings = settings
        self._store = store
        self._bus = bus
        self._lock = threading.Lock()
        self._watched: dict[str, _Watched] = {}  # by run id

    def watch(self, scope: Scope, run: Json) -> None:
        """Look at a run again when it becomes late, if it ever is."""
        minutes = run.get("NotificationProperty", {}).get("NotifyDelayAfter")
        if not minutes:
            return
        late_at = run["StartedOn"] + minutes * self._settings.minute_seconds
        timer = threading.Timer(max(0.0, late_at - time.time()), self.look, (run["Id"],))
        timer.daemon = True
        with self._lock:
            self._watched[run["Id"]] = _Watched(scope, late_at, timer)
        timer.start()

    def look(self, run_id: str) -> None:
        """Tell of the run's state, if it is late and that state is not told."""
        with self._lock:
            watched = self._watched.get(run_id)
        if watched is None or time.time() < watched.late_at:
            return

        with self._store.transaction(watched.scope) as documents:
            run = documents.get(KIND, run_id)
        if run is None or run["JobRunState"] not in STARTED:
            return

        with self._lock:
            is_new = run["JobRunState"] not in watched.told
            watched.told.add(run["JobRunState"])
        if is_new:
            self._bus.send(watched.scope, [job_run_status(run)])

    def forget(self, run_id: str) -> None:
        """Stop looking at a run that has ended."""
        with self._lock:
            watched = self._watched.pop(run_id, None)
        if watched:
            watched.timer.cancel()
