"""Keeps the crawls under way: one thread each, from RUNNING back to READY; starts those that are due."""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from functools import partial

from local_glue.api.glue_api_model import Json
from local_glue.aws.clients import client, own_credentials
from local_glue.aws.log_stream import CONFIG, LogStream
from local_glue.aws.roles import RoleError, assume_role
from local_glue.crawlers import definitions as crawlers
from local_glue.crawlers.changes import Changes
from local_glue.crawlers.configuration import DEFAULT_DATABASE
from local_glue.crawlers.outcomes import Cancelled, CrawlError
from local_glue.crawlers.schedule import parse_schedule
from local_glue.crawlers.target_checks import require_role, require_targets
from local_glue.events.bus import EventBus
from local_glue.events.catalog import crawl_events
from local_glue.events.crawls import crawler_ended, crawler_started
from local_glue.events.event import Event
from local_glue.settings import Settings
from local_glue.store import Documents, Scope, Store, StoreError

logger = logging.getLogger(__name__)

_KEPT_RUNTIMES = 100
_STOP_SECONDS = 3.0
_LONGEST_REASON = 2048
_SUCCEEDED: Json = {"Status": "SUCCEEDED"}
_CANCELLED: Json = {"Status": "CANCELLED"}
_FOUND_AT_START = "The local Glue service ended while the crawler ran. Start the crawler again."
_STOPPED_WITH_SERVICE = "The local Glue service was stopped while the crawler ran. Start the crawler again."


class CrawlManager:
    """One thread per crawl under way."""

    def __init__(self, settings: Settings, store: Store, bus: EventBus) -> None:
        self._settings = settings
        self._store = store
        self._bus = bus
        self._lock = threading.Lock()
        self._crawls: dict[str, tuple[threading.Event, threading.Thread]] = {}  # by CrawlId
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

    def check(self, documents: Documents, definition: Json) -> None:
        """Raise what CreateCrawler says of a role or targets that are not there, if any are given."""
        if "Role" in definition:
            require_role(self._settings, documents.scope, definition["Role"])
        require_targets(self._settings, documents, definition.get("Targets", {}))

    def start(self, scope: Scope, crawler: Json) -> None:
        """Crawl for a crawler that is stored as RUNNING; gives back at once."""
        stop = threading.Event()
        thread = threading.Thread(target=self._execute, args=(scope, crawler, stop), daemon=True)
        with self._lock:
            thread.start()  # here, for `stop_all` joins all that it finds
            self._crawls[crawler["CrawlId"]] = (stop, thread)

    def stop(self, crawl_id: str) -> None:
        """End a crawl at its next step."""
        with self._lock:
            found = self._crawls.get(crawl_id)
        if found:
            found[0].set()

    def stop_all(self) -> None:
        """End all crawls because the service ends; they are FAILED with that reason."""
        self._closing.set()
        with self._lock:
            under_way = list(self._crawls.values())
        for _, thread in under_way:
            thread.join(_STOP_SECONDS)

    def recover(self) -> None:
        """End crawls that a former service left under way."""
        for scope in self._store.scopes():
            with self._store.transaction(scope) as documents:
                for crawler in documents.all(crawlers.KIND):
                    if crawler["State"] != "READY":
                        is_stopping = crawler["State"] == "STOPPING"
                        last = _CANCELLED if is_stopping else _failed(_FOUND_AT_START)
                        crawlers.end_crawl(documents, crawler, last, time.time())
                        ended = crawler_ended(scope, crawler["Name"], last, {}, 0, time.time())
                        documents.after_commit(partial(self._bus.send, scope, ended))

    def _execute(self, scope: Scope, crawler: Json, stop: threading.Event) -> None:
        started = time.time()
        crawl_id = crawler["CrawlId"]
        last = _SUCCEEDED
        self._bus.send(scope, [crawler_started(scope, crawler["Name"], started)])
        own = own_credentials(self._settings, scope)
        logs = client(self._settings, "logs", scope.region, own, CONFIG)
        log = LogStream(logs, crawlers.LOG_GROUP, crawler["Name"])
        changes = Changes(say=lambda text: log.write(f"[{crawl_id}] {text}"))
        changes.say("BENCHMARK : Running Start Crawl for Crawler " + crawler["Name"])

        try:
            self._crawl(scope, crawler, changes, stop)
        except Cancelled:
            last = _CANCELLED if stop.is_set() else _failed(_STOPPED_WITH_SERVICE)
        except (CrawlError, RoleError) as error:
            last = _failed(str(error))
        except Exception as error:  # a bug must not leave a crawler RUNNING for ever
            logger.exception("crawler %s failed by a bug of the local Glue service", crawler["Name"])
            last = _failed(f"The local Glue service failed ({type(error).__name__}: {error}).")

        if "ErrorMessage" in last:
            changes.say(f"ERROR : {last['ErrorMessage']}")

        changes.say("BENCHMARK : Crawler has finished running and is in state READY")
        log.close()
        seconds = round(time.time() - started, 3)
        logger.info("crawler %s: %s %s", crawler["Name"], last["Status"], last.get("ErrorMessage", ""))

        def events() -> list[Event]:
            database = crawler.get("DatabaseName") or DEFAULT_DATABASE
            changed = crawl_events(scope, database, changes.done) if last == _SUCCEEDED else []
            return changed + crawler_ended(scope, crawler["Name"], last, changes.done, seconds, time.time())

        try:
            self._store.retry_transaction(scope, partial(_finish, crawler["Name"], last, changes, seconds))
            self._bus.tell(scope, events)
        except StoreError as error:
            logger.error(
                "crawler %s ended as %s, which can't be stored: %s", crawler["Name"], last["Status"], error
            )
        finally:
            with self._lock:
                del self._crawls[crawl_id]

    def _crawl(self, scope: Scope, crawler: Json, changes: Changes, stop: threading.Event) -> None:
        def check() -> None:
            if stop.is_set() or self._closing.is_set():
                raise Cancelled

        from local_glue.crawlers.crawl import Crawl  # with it comes Arrow, which only crawls need

        credentials = assume_role(self._settings, scope, crawler["Role"], "AWS-Crawler")
        s3 = client(self._settings, "s3", scope.region, credentials)
        has_tables = crawler["Targets"]["DynamoDBTargets"]
        dynamodb = client(self._settings, "dynamodb", scope.region, credentials) if has_tables else None
        check()
        Crawl(self._store, scope, crawler, s3, changes, check, dynamodb).run()


def _finish(name: str, last: Json, changes: Changes, seconds: float, documents: Documents) -> None:
    crawler = documents.get(crawlers.KIND, name)
    if crawler:
        crawlers.end_crawl(
            documents,
            crawler,
            last,
            time.time(),
            Summary=json.dumps(changes.summary()),
            Runtimes=[*crawler.get("Runtimes", []), seconds][-_KEPT_RUNTIMES:],
            Changes=changes.counts(),
        )


def _failed(reason: str) -> Json:
    return {"Status": "FAILED", "ErrorMessage": reason[:_LONGEST_REASON]}
