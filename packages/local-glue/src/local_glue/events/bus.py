"""The way of events to EventBridge: in the background, for nothing that Glue does may wait for it or fail."""

import json
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_glue.api.glue_api_model import Json
from local_glue.aws.clients import client, own_credentials
from local_glue.aws.log_stream import CONFIG
from local_glue.events.event import SOURCE, Event
from local_glue.http.control_paths import TOKEN_HEADER
from local_glue.settings import Settings
from local_glue.store import Scope

logger = logging.getLogger(__name__)

_MOST_ENTRIES = 10  # of one PutEvents
_MOST_WAITING = 10_000
_CLOSE_SECONDS = 5.0
_Item = tuple[Scope, Event]


class EventBus:
    """Sends events in their order to the default bus of the emulator's EventBridge, by PutEvents.

    Delivery is at best effort, as on AWS: what can't be sent is dropped, and said once until it works again.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue: queue.Queue[_Item | None] = queue.Queue(_MOST_WAITING)
        self._clients: dict[Scope, Any] = {}
        self._is_failing = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, scope: Scope, events: Iterable[Event]) -> None:
        """Queue events; returns at once."""
        for event in events:
            self._start()
            try:
                self._queue.put_nowait((scope, event))
            except queue.Full:
                self._say(f"{_MOST_WAITING} events wait already")

    def tell(self, scope: Scope, describe: Callable[[], Iterable[Event]]) -> None:
        """Queue the events that a change is described by; a bug in that does not refuse the change."""
        try:
            events = list(describe())
        except Exception:
            logger.exception("a change of Glue has no event, by a bug of the local Glue service")
            return
        self.send(scope, events)

    def close(self) -> None:
        """Wait a moment until what is queued is sent."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread:
            self._queue.put(None)
            thread.join(_CLOSE_SECONDS)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._ship, name="events", daemon=True)
                self._thread.start()

    def _ship(self) -> None:
        is_open = True
        while is_open:
            items, is_open = self._next_items()
            for scope, of_scope in groupby(items, key=lambda item: item[0]):
                self._put(scope, [event for _, event in of_scope])

    def _next_items(self) -> tuple[list[_Item], bool]:
        """Wait for an event; return it with those behind it, and whether more may come."""
        items = [self._queue.get()]
        while items[-1] is not None and len(items) < _MOST_ENTRIES and not self._queue.empty():
            items.append(self._queue.get())
        return [item for item in items if item is not None], items[-1] is not None

    def _put(self, scope: Scope, events: list[Event]) -> None:
        try:
            answer = self._client(scope).put_events(Entries=[_entry(event) for event in events])
        except (ClientError, BotoCoreError) as error:
            self._say(str(error))
            return

        failed = [entry["ErrorMessage"] for entry in answer["Entries"] if "ErrorCode" in entry]
        if failed:
            self._say(failed[0])
        else:
            self._is_failing = False

    def _client(self, scope: Scope) -> Any:
        if scope not in self._clients:
            events = client(
                self._settings, "events", scope.region, own_credentials(self._settings, scope), CONFIG
            )
            # Nobody but AWS's own services may send events of theirs; the token shows that this is one.
            token = self._settings.access.token
            if token:
                events.meta.events.register(
                    "before-sign.events.PutEvents",
                    lambda request, **_: request.headers.add_header(TOKEN_HEADER, token),
                )
            self._clients[scope] = events
        return self._clients[scope]

    def _say(self, why: str) -> None:
        if not self._is_failing:
            logger.warning("events of Glue do not reach EventBridge, all else goes on: %s", why)
        self._is_failing = True


def _entry(event: Event) -> Json:
    return {
        "Source": SOURCE,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
        "Resources": list(event.resources),
    }
