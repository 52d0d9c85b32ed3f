"""In what Airflow's REST API of version 1 (Airflow 2) and of version 2 (Airflow 3) differ."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

Login = Callable[[str, Mapping[str, str]], Mapping[str, Any]]
"""Sends a body of JSON to a path, without authorization, and returns the answer's."""


class RestVersion(ABC):
    """One version of the API."""

    prefix: ClassVar[str]
    health_path: ClassVar[str]
    components: ClassVar[tuple[str, ...]]
    """What the answer about health names, of all that runs."""
    newest_first: ClassVar[str]
    """The order of DAG runs."""
    next_run: ClassVar[str]
    """The member of a DAG that says when its next run starts."""
    log_type: ClassVar[str]
    """The content type to ask a log in."""

    @abstractmethod
    def authorization(self, user: str, password: str, post: Login) -> str:
        """Return the Authorization header of a user."""

    @abstractmethod
    def new_run(self, conf: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body that starts a DAG run now."""

    @abstractmethod
    def run_page(self, dag_id: str, run_id: str) -> str:
        """Return the path of a run's page in the web interface; ids are quoted."""


class Version1(RestVersion):
    """Of Airflow 2: basic authentication; a log is text."""

    prefix, health_path = "/api/v1", "/api/v1/health"
    components = ("metadatabase", "scheduler", "triggerer")
    newest_first, next_run = "-start_date", "next_dagrun_create_after"
    log_type = "text/plain"

    def authorization(self, user: str, password: str, post: Login) -> str:  # noqa: ARG002 - nobody is asked
        """Return the header of basic authentication."""
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def new_run(self, conf: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body; Airflow 2 takes the present for its logical date."""
        return {"conf": dict(conf)}

    def run_page(self, dag_id: str, run_id: str) -> str:
        """Return the path of the DAG's grid, with the run chosen."""
        return f"/dags/{dag_id}/grid?dag_run_id={run_id}"


class Version2(RestVersion):
    """Of Airflow 3: a token for name and password; a log is a list of events."""

    prefix, health_path = "/api/v2", "/api/v2/monitor/health"
    components = ("metadatabase", "scheduler", "dag_processor", "triggerer")
    newest_first, next_run = "-run_after", "next_dagrun_run_after"
    log_type = "application/json"

    def authorization(self, user: str, password: str, post: Login) -> str:
        """Return the header with a new token."""
        token = post("/auth/token", {"username": user, "password": password})["access_token"]
        return f"Bearer {token}"

    def new_run(self, conf: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body; a logical date must be named, and may be none."""
        return {"logical_date": None, "conf": dict(conf)}

    def run_page(self, dag_id: str, run_id: str) -> str:
        """Return the path of the run's page."""
        return f"/dags/{dag_id}/runs/{run_id}"


def rest_version(airflow_version: str) -> RestVersion:
    """Return the version of the API that an Airflow of this version has."""
    return Version1() if airflow_version.startswith("2.") else Version2()
