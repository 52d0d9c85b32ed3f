"""Lines to one stream of CloudWatch Logs, live and in order."""

import logging
import queue
import threading
import time
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

logger = logging.getLogger(__name__)

# For clients of CloudWatch Logs: what is to be logged goes on, so nobody waits for an emulator that hangs.
CONFIG = Config(
    retries={"max_attempts": 2, "mode": "standard"}, connect_timeout=5, read_timeout=20, proxies={}
)
# The limits of PutLogEvents, less one event for a word on lines that were lost.
_MAX_EVENTS = 10_000 - 1
_MAX_BATCH_BYTES = 1_048_576 - 1024
_EVENT_OVERHEAD_BYTES = 26
_MAX_EVENT_BYTES = 256 * 1024 - _EVENT_OVERHEAD_BYTES
_FLUSH_SECONDS = 0.25
_QUEUE_LINES = 50_000
_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0


class LogStream:
    """Ships lines in the background. Logs that can't be stored never fail what they are about.

    A full queue makes `write` wait, as a full pipe would, so a chatty script can't fill the memory. While
    CloudWatch Logs fails, lines are dropped, and the first one stored after that comes with their number.
    """

    def __init__(self, logs: Any, group: str, stream: str) -> None:
        self._logs = logs
        self._group = group
        self._stream = stream
        self._queue: queue.Queue[tuple[int, str] | None] = queue.Queue(_QUEUE_LINES)
        self._order = threading.Lock()
        self._latest = 0
        self._is_there = False
        self._lost = 0
        self._unsaid = 0
        self._pause = _PAUSE_SECONDS
        self._silent_until = 0.0
        self._thread = threading.Thread(target=self._ship, name=f"logs {group}", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Queue one line with the time it was read; events must be in the order of their time."""
        with self._order:
            self._latest = max(self._latest, int(time.time() * 1000))
            for piece in _pieces(line):
                self._queue.put((self._latest, piece))

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
        self._put([])  # a stream is there before its first line
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            if batch:
                self._put(batch)
        if self._unsaid:
            self._silent_until = 0.0
            self._put([])

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

    def _put(self, batch: list[tuple[int, str]]) -> None:
        if time.monotonic() < self._silent_until:
            self._drop(len(batch))
            return
        if self._unsaid:
            word = f"local Glue: {self._unsaid} line(s) before this one were lost: CloudWatch Logs failed"
            batch = [(batch[0][0] if batch else self._latest, word), *batch]

        try:
            self._send([{"timestamp": when, "message": line} for when, line in batch])
        except (ClientError, BotoCoreError) as error:
            # The client has retried already. Go on without logs for a while rather than hold the script up.
            logger.warning("%s/%s: CloudWatch Logs fails: %s", self._group, self._stream, error)
            self._drop(len(batch) - bool(self._unsaid))
            self._silent_until = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        else:
            self._unsaid = 0
            self._pause = _PAUSE_SECONDS

    def _drop(self, lines: int) -> None:
        self._lost += lines
        self._unsaid += lines

    def _send(self, events: list[dict[str, Any]]) -> None:
        if not self._is_there:
            self._create()
        if not events:
            return
        where = {"logGroupName": self._group, "logStreamName": self._stream}
        try:
            self._logs.put_log_events(**where, logEvents=events)
        except ClientError as error:
            # Deleted by somebody, or forgotten by an emulator that was restarted.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._create()
            self._logs.put_log_events(**where, logEvents=events)

    def _create(self) -> None:
        group, stream = {"logGroupName": self._group}, {"logStreamName": self._stream}
        for create, where in (
            (self._logs.create_log_group, group),
            (self._logs.create_log_stream, {**group, **stream}),
        ):
            try:
                create(**where)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    raise
        self._is_there = True


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
