"""Warm driver JVMs: made ahead, so that a run need not wait for Spark to start.

Isolation is that of a cold start: one JVM, one run. What can't change after a JVM's start (its memory, its
options, its class path) makes a run start cold instead.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from local_glue.runs.files import LaunchError
from local_glue.runs.spark.drivers.warm_driver import DriverError, WarmDriver
from local_glue.runs.spark.jvm import draft_path, keep_archive, lacks_archive
from local_glue.runs.spark.master import can_wait
from local_glue.settings import Settings

logger = logging.getLogger(__name__)

_ARCHIVING_SECONDS = 300.0
_JOIN_SECONDS = 5.0
_QUIET_PERCENT = 50.0  # a machine is quiet below this share of its processors
_LOOK_SECONDS = 1.0
_FAILURES_ALLOWED = 3


class DriverPool:
    """Keeps `settings.warm_drivers` of them ready, made by a thread of its own when nothing else is to do."""

    def __init__(self, settings: Settings, is_idle: Callable[[], bool]) -> None:
        self._settings = settings
        self._is_idle = is_idle
        self._lock = threading.Lock()
        self._ready: list[WarmDriver] = []
        self._making: WarmDriver | None = None
        self._closing = threading.Event()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to keep warm drivers."""
        if self._settings.warm_drivers and self._settings.spark_home and can_wait(self._settings):
            self._wanted.set()
            self._thread = threading.Thread(target=self._keep, name="warm drivers", daemon=True)
            self._thread.start()

    @property
    def ready(self) -> int:
        """How many wait for a run."""
        return len(self._ready)

    def acquire(self) -> WarmDriver | None:
        """Return one that is ready, to be ended by whoever takes it."""
        with self._lock:
            while self._ready:
                driver = self._ready.pop(0)
                self._wanted.set()
                if driver.is_alive:
                    return driver
                driver.discard()
        return None

    def close(self) -> None:
        """End all that nobody has taken; safe to call twice."""
        self._closing.set()
        self._wanted.set()
        with self._lock:
            drivers = [*self._ready, *([self._making] if self._making else [])]
            self._ready = []
        for driver in drivers:
            driver.discard()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join(_JOIN_SECONDS)

    def _keep(self) -> None:
        failures, may_archive = 0, True
        while failures < _FAILURES_ALLOWED:
            self._wanted.wait()
            self._wait_until_quiet()
            if self._closing.is_set():
                return

            try:
                if len(self._ready) < self._settings.warm_drivers:
                    self._make_ready()
                    failures = 0
                elif may_archive and lacks_archive(self._settings):
                    may_archive = False  # one attempt: a Java that can't make one must not cost warm drivers
                    self._make_archive()
                else:
                    self._wanted.clear()
                    if len(self._ready) < self._settings.warm_drivers:  # taken just before
                        self._wanted.set()
            except (DriverError, LaunchError, OSError) as error:
                if self._closing.is_set():
                    return
                failures += 1
                logger.warning("no warm driver JVM (%d of %d): %s", failures, _FAILURES_ALLOWED, error)

        logger.warning("Spark runs start cold from now on")

    def _wait_until_quiet(self) -> None:
        """A warm driver must cost nobody time: not a run under way, nor the start of what is around it."""
        patience = self._settings.quiet_seconds
        impatient_at = time.monotonic() + patience
        while not self._closing.is_set():
            usage = psutil.cpu_percent(_LOOK_SECONDS)
            if not self._is_idle():
                impatient_at = time.monotonic() + patience
            elif usage < _QUIET_PERCENT or time.monotonic() > impatient_at:
                return

    def _make_ready(self) -> None:
        started = time.monotonic()
        driver = self._make()
        try:
            driver.prepare_script()
            driver.warm_up()
        except BaseException:
            driver.discard()
            raise
        with self._lock:
            self._making = None
            if not self._closing.is_set():
                self._ready.append(driver)
                logger.info("a warm driver JVM is ready after %.1f s", time.monotonic() - started)
                return
        driver.discard()

    def _make_archive(self) -> None:
        """Have a JVM write the classes it uses when it ends: once for this Java and these jars."""
        started = time.monotonic()
        draft = draft_path(self._settings)
        driver = self._make(draft)

        try:
            driver.warm_up(_ARCHIVING_SECONDS)
            driver.begin_to_end()
            code = driver.wait(_ARCHIVING_SECONDS)
            if code != 0 or not draft.exists():
                raise DriverError(f"Java wrote no class archive (exit code {code})")

            for outdated in keep_archive(self._settings, draft):
                logger.info("removed a class archive that is outdated or damaged: %s", outdated)

            logger.info("the driver's class archive is ready after %.1f s", time.monotonic() - started)
        finally:
            with self._lock:
                self._making = None

            driver.discard()
            draft.unlink(missing_ok=True)

    def _make(self, archiving_to: Path | None = None) -> WarmDriver:
        driver = WarmDriver(self._settings, archiving_to)
        with self._lock:
            self._making = driver
            if not self._closing.is_set():
                return driver
        driver.discard()  # `close` came before it could know of this one
        raise DriverError("the service ends")
