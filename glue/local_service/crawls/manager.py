"""Keeps the crawls under way: one thread each, from RUNNING back to READY; starts those that are due."""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from functools import partial

from local_service import crawlers
from local_service.crawls.changes import Changes
from local_service.crawls.crawl import Cancelled, Crawl, CrawlError
from local_service.crawls.schedule import parse_schedule
from local_service.emulator import client, own_credentials
from local_service.log_stream import CONFIG, LogStream
from local_service.model import Json
from local_service.roles import RoleError, assume_role
from local_service.settings import Settings
from local_service.store import Scope, Store

logger = logging.getLogger(__name__)

_KEPT_RUNTIMES = 100
_STOP_SECONDS = 3.0
_FOUND_AT_START = "The local Glue service ended while the crawler ran. Start the crawler again."
_STOPPED_WITH_SERVICE = "The local Glue service was stopped while the crawler ran. Start the crawler again."


class CrawlManager:
    """One thread per crawl under way."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._stops: dict[tuple[Scope, str], tuple[threading.Event, threading.Thread]] = {}
        self._is_closing = False
        self._closing = threading.Event()

    def open(self) -> None:
        """Watch the clock for schedules, until `stop_all`."""
        threading.Thread(target=self._watch, name="crawler schedules", daemon=True).start()

    def start_due(self, moment: datetime) -> None:
        """Start the crawlers whose schedule names this minute; one that still runs is left alone."""
        for scope in self._store.scopes():
            with self._store.transaction(scope) as documents:
                for crawler in documents.all(crawlers.KIND):
                    schedule = crawler.get("Schedule", {})
                    is_free = schedule.get("State") == "SCHEDULED" and crawler["State"] == "READY"
                    if is_free and parse_schedule(schedule["ScheduleExpression"]).matches(moment):
                        started = crawlers.begin_crawl(documents, crawler, time.time())
                        documents.after_commit(partial(self.start, scope, started))

    def _watch(self) -> None:
        while not self._closing.wait(60 - time.time() % 60):
            try:
                self.start_due(datetime.now(UTC))
            except Exception:  # a bug here must not end all schedules
                logger.exception("crawlers that are due could not be started")

    def start(self, scope: Scope, crawler: Json) -> None:
        """Crawl for a crawler that is stored as RUNNING; gives back at once."""
        stop = threading.Event()
        thread = threading.Thread(target=self._execute, args=(scope, crawler, stop), daemon=True)
        with self._lock:
            self._stops[scope, crawler["Name"]] = (stop, thread)
        thread.start()

    def stop(self, scope: Scope, name: str) -> None:
        """End a crawl at its next step."""
        with self._lock:
            found = self._stops.get((scope, name))
        if found:
            found[0].set()

    def stop_all(self) -> None:
        """End all crawls because the service ends."""
        self._closing.set()
        with self._lock:
            self._is_closing = True
            under_way = list(self._stops.values())
        for stop, _ in under_way:
            stop.set()
        for _, thread in under_way:
            thread.join(_STOP_SECONDS)

    def recover(self) -> None:
        """Mark crawls that a former service left behind."""
        for scope in self._store.scopes():
            with self._store.transaction(scope) as documents:
                for crawler in documents.all(crawlers.KIND):
                    if crawler["State"] != "READY":
                        last = {"Status": "FAILED", "ErrorMessage": _FOUND_AT_START}
                        crawlers.end_crawl(documents, crawler, last, time.time())

    def _execute(self, scope: Scope, crawler: Json, stop: threading.Event) -> None:
        started = time.time()
        crawl_id = crawler["CrawlId"]
        last: Json = {}
        own = own_credentials(self._settings, scope)
        logs = client(self._settings, "logs", scope.region, own, CONFIG)
        log = LogStream(logs, crawlers.LOG_GROUP, crawler["Name"])
        changes = Changes(say=lambda text: log.write(f"[{crawl_id}] {text}"))
        changes.say("BENCHMARK : Running Start Crawl for Crawler " + crawler["Name"])
        try:
            self._crawl(scope, crawler, changes, stop)
            last["Status"] = "SUCCEEDED"
        except Cancelled:
            last["Status"] = "CANCELLED"
            if self._is_closing:
                last.update(Status="FAILED", ErrorMessage=_STOPPED_WITH_SERVICE)
        except (CrawlError, RoleError) as error:
            last.update(Status="FAILED", ErrorMessage=str(error)[:2048])
        except Exception as error:  # a bug must not leave a crawler RUNNING for ever
            logger.exception("crawler %s failed by a bug of the local Glue service", crawler["Name"])
            reason = f"The local Glue service failed ({type(error).__name__}: {error})."
            last.update(Status="FAILED", ErrorMessage=reason[:2048])
        if "ErrorMessage" in last:
            changes.say(f"ERROR : {last['ErrorMessage']}")
        changes.say("BENCHMARK : Crawler has finished running and is in state READY")
        log.close()
        self._finish(scope, crawler["Name"], last, changes, time.time() - started)

    def _crawl(self, scope: Scope, crawler: Json, changes: Changes, stop: threading.Event) -> None:
        def check() -> None:
            if stop.is_set():
                raise Cancelled

        credentials = assume_role(self._settings, scope, crawler["Role"], "AWS-Crawler")
        s3 = client(self._settings, "s3", scope.region, credentials)
        has_tables = crawler["Targets"]["DynamoDBTargets"]
        dynamodb = client(self._settings, "dynamodb", scope.region, credentials) if has_tables else None
        check()
        Crawl(self._store, scope, crawler, s3, changes, check, dynamodb).run()

    def _finish(self, scope: Scope, name: str, last: Json, changes: Changes, seconds: float) -> None:
        logger.info("crawler %s: %s %s", name, last["Status"], last.get("ErrorMessage", ""))
        with self._store.transaction(scope) as documents:
            crawler = documents.get(crawlers.KIND, name)
            if crawler:
                crawlers.end_crawl(
                    documents,
                    crawler,
                    last,
                    time.time(),
                    Summary=json.dumps(changes.summary()),
                    Runtimes=[*crawler.get("Runtimes", []), round(seconds, 3)][-_KEPT_RUNTIMES:],
                    Changes=changes.counts(),
                )
        with self._lock:
            self._stops.pop((scope, name), None)
