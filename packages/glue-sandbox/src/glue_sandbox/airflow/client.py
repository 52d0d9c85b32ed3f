"""Airflow's REST API, of Airflow 2 and 3 alike, as far as the command line and the tests need it.

with AirflowApi("http://127.0.0.1:8080", "admin", password) as airflow:
    run = airflow.trigger("my_dag")
    run = airflow.wait_for_run(run.dag_id, run.run_id, timeout_seconds=300)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from glue_sandbox.airflow.releases.rest_versions import rest_version
from glue_sandbox.errors import SandboxError

RUN_END_STATES = frozenset({"success", "failed"})
JSON = "application/json"
AT_WORK_STATES = frozenset(
    {"scheduled", "queued", "running", "deferred", "up_for_retry", "up_for_reschedule"}
)
PAGE = 100  # more than there are DAGs here, or tasks in one


@dataclass(frozen=True)
class DagRun:
    """One run; times are ISO 8601 in UTC, None while not yet known."""

    dag_id: str
    run_id: str
    run_type: str
    state: str
    start_date: str | None
    end_date: str | None
    waits_for: str = ""
    """Of a queued run: the run under way that it waits for, where somebody has looked."""

    @property
    def is_over(self) -> bool:
        """True once Airflow will start nothing more in this run."""
        return self.state in RUN_END_STATES


@dataclass(frozen=True)
class TaskInstance:
    """One task in one run; state None means not scheduled yet."""

    task_id: str
    state: str | None
    try_number: int
    start_date: str | None
    end_date: str | None

    @property
    def is_at_work(self) -> bool:
        """True while Airflow has something to do for it: its run is not over."""
        return self.state in AT_WORK_STATES

    @property
    def seconds(self) -> float | None:
        """From start to end; Airflow's own `duration` is wrong on SQLite."""
        if not self.start_date or not self.end_date:
            return None
        return (
            datetime.fromisoformat(self.end_date) - datetime.fromisoformat(self.start_date)
        ).total_seconds()


FURTHER_TRIES = 2
"""Of a question that had no answer in time, as on a machine that is busy or stood still."""


class AirflowApi:
    """A logged-in client; the login happens with the first call and again when its token has expired."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        timeout_seconds: float = 30,
        airflow_version: str = "3",
    ) -> None:
        self.url = url.rstrip("/")
        self._version = rest_version(airflow_version)
        self._user, self._password = user, password
        # No proxy and no .netrc of the caller's: this address is on this machine.
        self._http = httpx.Client(base_url=self.url, timeout=timeout_seconds, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def health(self) -> dict[str, str]:
        """State of each component, such as {"scheduler": "healthy", …}; needs no login."""
        answer = self._send("GET", self._version.health_path).json()
        names = self._version.components
        return {name: str((answer.get(name) or {}).get("status") or "unknown") for name in names}

    def is_healthy(self) -> bool:
        """True when every component is healthy, False also when nothing answers."""
        try:
            return set(self.health().values()) == {"healthy"}
        except SandboxError:
            return False

    def import_errors(self) -> dict[str, str]:
        """DAG file → traceback, for each file that Airflow could not import."""
        found = self._call("GET", "/importErrors", {"limit": PAGE})["import_errors"]
        return {error["filename"]: error["stack_trace"] for error in found}

    def dag_ids(self) -> list[str]:
        """The DAGs that Airflow has parsed."""
        return [dag["dag_id"] for dag in self._call("GET", "/dags", {"limit": PAGE})["dags"]]

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> DagRun:
        """Start a run now, or queue it behind the one that is going."""
        body = self._version.new_run(conf or {})
        return _dag_run(self._call("POST", f"/dags/{quote(dag_id)}/dagRuns", body=body))

    def dag_run(self, dag_id: str, run_id: str) -> DagRun:
        """One run as it is now."""
        return _dag_run(self._call("GET", _run_path(dag_id, run_id)))

    def dag_runs(self, dag_id: str, limit: int = 20) -> list[DagRun]:
        """The latest runs, newest first."""
        query: dict[str, str | int] = {"order_by": self._version.newest_first, "limit": limit}
        found = self._call("GET", f"/dags/{quote(dag_id)}/dagRuns", query)["dag_runs"]
        return [_dag_run(run) for run in found]

    def next_run(self, dag_id: str) -> str | None:
        """When the schedule starts the next run, ISO 8601 UTC; None without a schedule, or while paused."""
        dag = self._call("GET", f"/dags/{quote(dag_id)}")
        return None if dag["is_paused"] else dag[self._version.next_run]

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """Every task of a run, in the DAG's order."""
        found = self._call("GET", f"{_run_path(dag_id, run_id)}/taskInstances", {"limit": PAGE})
        fields = TaskInstance.__dataclass_fields__
        ordered = sorted(found["task_instances"], key=lambda task: -task["priority_weight"])
        return [TaskInstance(**{name: task[name] for name in fields}) for task in ordered]

    def task_log(self, dag_id: str, run_id: str, task_id: str, try_number: int = 1) -> str:
        """The whole log of one try, a line per event."""
        path = f"{_run_path(dag_id, run_id)}/taskInstances/{quote(task_id)}/logs/{try_number}"
        answer = self._authorized("GET", path, {"full_content": "true"}, accept=self._version.log_type)
        if self._version.log_type != JSON:
            return answer.text
        events = answer.json()["content"]
        return "\n".join(event if isinstance(event, str) else _log_line(event) for event in events)

    def invoke(self, method: str, path: str, query: Mapping[str, Any], body: object) -> tuple[int, Any]:
        """Call any path of the API; return its status, whatever it is, and its content."""
        answer = self._authorized(method, path, query, body, any_status=True)
        try:
            return answer.status_code, answer.json()
        except ValueError:
            return answer.status_code, answer.text or None

    def wait_for_run(
        self,
        dag_id: str,
        run_id: str,
        timeout_seconds: float,
        on_poll: Callable[[DagRun, list[TaskInstance]], None] | None = None,
        poll_seconds: float = 0.5,
    ) -> DagRun:
        """Poll a run until it is over; `on_poll` gets the run and its tasks each time, to show progress.

        Raises:
            SandboxError: it did not end in time; names the state of its tasks.
        """
        deadline = time.monotonic() + timeout_seconds
        run = self.dag_run(dag_id, run_id)
        while True:
            tasks = self.task_instances(dag_id, run_id) if on_poll else []
            # Each answer costs Airflow what the run needs, too; and none is over while a task is at work.
            if not any(task.is_at_work for task in tasks):
                run = self.dag_run(dag_id, run_id)
            if on_poll:
                on_poll(run, self.task_instances(dag_id, run_id) if run.is_over else tasks)
            if run.is_over:
                return run
            if time.monotonic() > deadline:
                states = ", ".join(f"{t.task_id} {t.state}" for t in self.task_instances(dag_id, run_id))
                raise SandboxError(
                    f"run {run_id} to end within {timeout_seconds:g} s",
                    f"it is {run.state}: {states}",
                    f"look at {self.url}{self._version.run_page(dag_id, quote(run_id))} or type `make logs`",
                )

            time.sleep(poll_seconds)

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        content: dict[str, Any] = self._authorized(method, path, query, body).json()
        return content

    def _authorized(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        *,
        accept: str = JSON,
        any_status: bool = False,
    ) -> httpx.Response:
        """Send a request to a path of the API, once more with a new login where the first is not known."""
        path = self._version.prefix + path
        if "Authorization" not in self._http.headers:
            self._log_in()
        answer = self._exchange(method, path, query, body, accept)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._log_in()
            answer = self._exchange(method, path, query, body, accept)
        return answer if any_status else self._successful(answer, method, path)

    def authorization(self) -> str:
        """Log in; return the header that shows it."""
        self._log_in()
        return str(self._http.headers["Authorization"])

    def _log_in(self) -> None:
        self._http.headers.pop("Authorization", None)
        authorization = self._version.authorization(
            self._user, self._password, lambda path, body: self._send("POST", path, body).json()
        )
        self._http.headers["Authorization"] = authorization

    def _send(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self._successful(self._exchange(method, path, body=body), method, path)

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        accept: str = JSON,
    ) -> httpx.Response:
        further = FURTHER_TRIES if method == "GET" else 0  # nothing is done twice
        while True:
            try:
                return self._http.request(method, path, params=query, json=body, headers={"Accept": accept})
            except httpx.HTTPError as error:
                if further and isinstance(error, httpx.TimeoutException):
                    further -= 1
                    continue
                wanted = f"{method} {self.url}{path} to succeed"
                raise SandboxError(wanted, f"no answer ({error})", "make status, then make up") from error

    def _successful(self, answer: httpx.Response, method: str, path: str) -> httpx.Response:
        if answer.is_success:
            return answer
        wanted = f"{method} {self.url}{path} to succeed"
        raise SandboxError(wanted, f"HTTP {answer.status_code}: {_detail(answer)}", "make logs S=airflow")


def _run_path(dag_id: str, run_id: str) -> str:
    return f"/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}"


def _dag_run(answer: Mapping[str, Any]) -> DagRun:
    return DagRun(
        dag_id=answer["dag_id"],
        run_id=answer["dag_run_id"],
        run_type=answer["run_type"],
        state=answer["state"],
        start_date=answer["start_date"],
        end_date=answer["end_date"],
    )


def _log_line(event: Mapping[str, Any]) -> str:
    parts = (event.get("timestamp"), str(event.get("level") or "").upper(), event.get("event"))
    line = " ".join(str(part) for part in parts if part)
    errors = [f"{error['exc_type']}: {error['exc_value']}" for error in event.get("error_detail") or ()]
    return "\n".join([line, *errors])


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail"))[:500]
    except (ValueError, AttributeError):
        return answer.text[:500]
