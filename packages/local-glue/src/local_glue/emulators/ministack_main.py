"""MiniStack as a service that survives being killed: it saves its state while it runs, not at its end only.

    PERSIST_STATE=1 STATE_DIR=… .sandbox/envs/ministack/bin/python …/local_glue/emulators/ministack_main.py

Runs in MiniStack's own environment; all settings are variables that services.py builds. By itself MiniStack
keeps S3's objects at once but everything else only when it is stopped in order: after a crash the tables
would be older than the objects. Here DynamoDB's writes are kept at once, too, in a journal, and what any
other request may have changed is on disk a few seconds later.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Not this script's own folder, where Python looks first, and this package last: neither hides MiniStack's.
sys.path[:1] = []
sys.path.append(str(Path(__file__).resolve().parents[2]))

from ministack import app as server  # noqa: E402
from ministack.core import iam_actions, persistence  # noqa: E402
from ministack.services import apigateway  # noqa: E402

from local_glue.api.lean_models import read_lean_models  # noqa: E402
from local_glue.calls.recorder import CallRecorder, RecordingService  # noqa: E402
from local_glue.emulators.ministack_authorization import AuthorizationService, role_of  # noqa: E402
from local_glue.emulators.ministack_conditions import know_namespaces  # noqa: E402
from local_glue.emulators.ministack_events import taking_events_of_glue  # noqa: E402
from local_glue.emulators.ministack_journal import Journal  # noqa: E402
from local_glue.emulators.ministack_keys import hold_bodies_to_their_hash, use_own_keys  # noqa: E402
from local_glue.emulators.ministack_missing import Services, naming_the_service  # noqa: E402
from local_glue.emulators.ministack_patterns import match_across_lines  # noqa: E402
from local_glue.emulators.ministack_provider import use_glue_service  # noqa: E402
from local_glue.emulators.rs256 import is_signed  # noqa: E402
from local_glue.http.control_paths import TOKEN_VARIABLE  # noqa: E402
from local_glue.http.origins import AccessGuard, read_rules  # noqa: E402

serve = server.app
SAVE_SECONDS = 2.0
SHARE_OF_TIME = 0.1  # at most this much of the time goes into saving, however large the tables are
TRIES = 5  # a copy fails when a request changes what is being copied
EVERYTHING = ""
READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Filter")
OF_TARGET = {"DynamoDB": "dynamodb", "Logs": "cloudwatch_logs"}


def main() -> None:
    """Run MiniStack with the saver beside it, and the local Glue service for its Glue."""
    rules = read_rules(os.environ)
    os.environ.pop(TOKEN_VARIABLE, None)  # Lambda functions inherit the environment
    use_glue_service(os.environ["GLUE_SERVICE_URL"], rules.token)
    read_lean_models()
    match_across_lines()
    know_namespaces()
    hold_bodies_to_their_hash(server)
    apigateway._verify_rs256_signature = is_signed  # its own needs a package that AWS's runtimes lack
    if os.environ.get("GLUE_KEYS") == "own":
        use_own_keys(server)

    iam_actions.access_denied_response = naming_the_resource(iam_actions.access_denied_response)
    events = taking_events_of_glue(server.SERVICE_HANDLERS["events"], rules.token)
    server.SERVICE_HANDLERS = Services({**server.SERVICE_HANDLERS, "events": events})
    server.detect_service = naming_the_service(server.detect_service)
    state = Path(persistence.STATE_DIR)
    state.mkdir(parents=True, exist_ok=True)
    journal = Journal(state, serve, without_authorization)
    saver = Saver(journal)
    recorded = RecordingService(AuthorizationService(saver.serve), CallRecorder(state, role_of))
    server.app = AccessGuard(recorded, rules)
    server.save_all = saver.save_at_the_end
    threading.Thread(target=saver.save_for_ever, name="saver", daemon=True).start()
    server.main()


async def without_authorization(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Do again what was allowed before MiniStack was killed; no other request comes meanwhile."""
    before, server.AUTH = server.AUTH, False
    try:
        await serve(scope, receive, send)
    finally:
        server.AUTH = before


def naming_the_resource(respond: Callable[..., Any]) -> Callable[..., Any]:
    """Let every denial say which resource it was about, as AWS does: a role's missing line is then plain."""

    def response(service: str, action: str, principal_arn: str, request_id: str, **more: Any) -> Any:
        resource = more.get("resource_arn", "*")
        is_told = more.get("message") or more.get("error_code") or more.get("resource_policy_arn")
        if resource != "*" and not is_told:
            explicit = more.get("explicit_deny", False)
            more["message"] = iam_actions.identity_denial_message(action, principal_arn, resource, explicit)
        return respond(service, action, principal_arn, request_id, **more)

    return response


class Saver:
    """Notes which services a request may change, and saves those."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._due: set[str] = set()
        self._wake = threading.Event()
        self._is_over = False

    async def serve(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request, then have its changes saved."""
        await self._journal.serve(scope, receive, send)
        if scope["type"] == "http":
            concerned = concerned_by(scope)
            if concerned is not None:
                self._due.add(concerned)
                self._wake.set()

    def save_for_ever(self) -> None:
        """Wait for changes and save them; no request comes before the saved state was read."""
        pause = SAVE_SECONDS
        while self._wake.wait():
            time.sleep(pause)  # more changes will follow the first
            self._wake.clear()
            due, self._due = self._due, set()
            started = time.monotonic()
            with self._lock:
                if not self._is_over:
                    self._save(_states(due))
            pause = max(SAVE_SECONDS, (time.monotonic() - started) / SHARE_OF_TIME)

    def save_at_the_end(self, states: dict[str, Callable[[], Any]]) -> None:
        """MiniStack's own saving, when it is stopped."""
        with self._lock:
            self._save(states)
            self._is_over = True

    def _save(self, states: dict[str, Callable[[], Any]]) -> None:
        """Save; the journal then needs no longer what the tables on disk hold."""
        tables = Path(persistence.STATE_DIR) / "dynamodb.json"
        before = tables.stat().st_mtime_ns if tables.exists() else 0
        self._journal.begin_saving()
        persistence.save_all(states)
        if tables.exists() and tables.stat().st_mtime_ns != before:  # a failure is in MiniStack's log only
            self._journal.end_saving()


def concerned_by(scope: dict[str, Any]) -> str | None:
    """How the names of the services begin whose state a request may change; None when it only reads."""
    if scope["method"] in {"GET", "HEAD"}:
        return None
    headers = dict(scope["headers"])
    service, _, operation = headers.get(b"x-amz-target", b"").decode("latin-1").partition(".")
    if operation:
        return None if operation.startswith(READS) else OF_TARGET.get(service.partition("_")[0], EVERYTHING)
    # Only S3 has paths that do not begin with the year of an API's version.
    return "s3" if scope["path"] != "/" and not scope["path"].startswith("/20") else EVERYTHING


def _states(due: set[str]) -> dict[str, Callable[[], Any]]:
    states: dict[str, Callable[[], Any]] = server._build_persistence_save_dict()
    return {name: _patient(state) for name, state in states.items() if name.startswith(tuple(due))}


def _patient(state: Callable[[], Any]) -> Callable[[], Any]:
    def copy() -> Any:
        for left in reversed(range(TRIES)):
            try:
                return state()
            except RuntimeError:  # "dictionary changed size during iteration"
                if not left:
                    raise
                time.sleep(0.05)
        return None

    return copy


if __name__ == "__main__":
    os.umask(0o077)  # the Lambda function's variables hold Airflow's password
    main()
