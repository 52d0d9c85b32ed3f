"""Keeps the crawls under way: one thread each, from RUNNING back to READY."""

import logging
import threading
import time
import uuid

from local_service import crawlers
from local_service.crawls.crawl import Cancelled, Changes, Crawl, CrawlError
from local_service.emulator import client, own_credentials
from local_service.log_stream import LogStream
from local_service.model import Json
from local_service.roles import RoleError, assume_role
from local_service.settings import Settings
from local_service.store import Scope, Store

logger = logging.getLogger(__name__)

LOG_GROUP = "/aws-glue/crawlers"
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
                        last = _last_crawl(crawler, crawler["StartedOn"], str(uuid.uuid4()))
                        last.update(Status="FAILED", ErrorMessage=_FOUND_AT_START)
                        crawler.update(State="READY", LastCrawl=last)
                        documents.put(crawlers.KIND, crawler["Name"], crawler)

    def _execute(self, scope: Scope, crawler: Json, stop: threading.Event) -> None:
        started = time.time()
        crawl_id = str(uuid.uuid4())
        last = _last_crawl(crawler, started, crawl_id)
        logs = client(self._settings, "logs", scope.region, own_credentials(self._settings, scope))
        log = LogStream(logs, LOG_GROUP, crawler["Name"])
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
        check()
        Crawl(self._store, scope, crawler, s3, changes, check).run()

    def _finish(self, scope: Scope, name: str, last: Json, changes: Changes, seconds: float) -> None:
        logger.info("crawler %s: %s %s", name, last["Status"], last.get("ErrorMessage", ""))
        with self._store.transaction(scope) as documents:
            crawler = documents.get(crawlers.KIND, name)
            if crawler:
                crawler.update(
                    State="READY",
                    LastCrawl=last,
                    CrawlElapsedTime=0,
                    Runtimes=[*crawler.get("Runtimes", []), round(seconds, 3)][-_KEPT_RUNTIMES:],
                    Changes={
                        "created": changes.created,
                        "updated": changes.updated,
                        "deleted": changes.deleted,
                    },
                )
                documents.put(crawlers.KIND, name, crawler)
        with self._lock:
            self._stops.pop((scope, name), None)


def _last_crawl(crawler: Json, started: float, crawl_id: str) -> Json:
    return {
        "LogGroup": LOG_GROUP,
        "LogStream": crawler["Name"],
        "MessagePrefix": crawl_id,
        "StartTime": started,
    }
