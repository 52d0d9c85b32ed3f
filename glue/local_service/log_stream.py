"""Lines to one stream of CloudWatch Logs, live and in order."""

import logging
import queue
import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

logger = logging.getLogger(__name__)

# The limits of PutLogEvents.
_MAX_EVENTS = 10_000
_MAX_BATCH_BYTES = 1_048_576
_EVENT_OVERHEAD_BYTES = 26
_MAX_EVENT_BYTES = 256 * 1024 - _EVENT_OVERHEAD_BYTES
_FLUSH_SECONDS = 0.25
_QUEUE_LINES = 50_000


class LogStream:
    """Ships lines in the background. Logs that can't be stored never fail what they are about.

    A full queue makes `write` wait, as a full pipe would, so a chatty script can't fill the memory.
    """

    def __init__(self, logs: Any, group: str, stream: str) -> None:
        self._logs = logs
        self._group = group
        self._stream = stream
        self._queue: queue.Queue[tuple[int, str] | None] = queue.Queue(_QUEUE_LINES)
        self._lost = 0
        self._is_broken = False
        self._thread = threading.Thread(target=self._ship, name=f"logs {group}", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Queue one line with the time it was read."""
        now = int(time.time() * 1000)
        for piece in _pieces(line):
            self._queue.put((now, piece))

    @property
    def lost(self) -> int:
        """How many lines could not be stored."""
        return self._lost

    def close(self) -> None:
        """Wait until every line is stored or given up."""
        self._queue.put(None)
        self._thread.join()
        if self._lost:
            logger.warning("%s/%s: %d log lines were lost", self._group, self._stream, self._lost)

    def _ship(self) -> None:
        self._create()
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            if batch:
                self._put(batch)

    def _next_batch(self) -> tuple[list[tuple[int, str]], bool]:
        """Collect what arrives within a short while, as much as one request may hold."""
        item = self._queue.get()
        if item is None:
            return [], False
        batch, size = [item], _size(item)
        deadline = time.monotonic() + _FLUSH_SECONDS
        while len(batch) < _MAX_EVENTS and size < _MAX_BATCH_BYTES - _MAX_EVENT_BYTES:
            try:
                item = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if item is None:
                return batch, False
            batch.append(item)
            size += _size(item)
        return batch, True

    def _create(self) -> None:
        for create, arguments in (
            (self._logs.create_log_group, {"logGroupName": self._group}),
            (self._logs.create_log_stream, {"logGroupName": self._group, "logStreamName": self._stream}),
        ):
            try:
                create(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    self._give_up(error)
            except BotoCoreError as error:
                self._give_up(error)

    def _put(self, batch: list[tuple[int, str]]) -> None:
        if self._is_broken:
            self._lost += len(batch)
            return
        try:
            self._logs.put_log_events(
                logGroupName=self._group,
                logStreamName=self._stream,
                logEvents=[{"timestamp": when, "message": line} for when, line in batch],
            )
        except (ClientError, BotoCoreError) as error:
            self._lost += len(batch)
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """The client has retried already. Go on without logs rather than hold the script up."""
        if not self._is_broken:
            logger.warning("%s/%s: CloudWatch Logs fails: %s", self._group, self._stream, error)
        self._is_broken = True


def _pieces(line: str) -> list[str]:
    """Cut a line that is too long for one event; an empty line becomes a blank, as events can't be empty."""
    if not line:
        return [" "]
    # A character has at most four bytes.
    if len(line) * 4 <= _MAX_EVENT_BYTES:
        return [line]
    step = _MAX_EVENT_BYTES // 4
    return [line[start : start + step] for start in range(0, len(line), step)]


def _size(item: tuple[int, str]) -> int:
    return len(item[1].encode("utf-8", "replace")) + _EVENT_OVERHEAD_BYTES
