"""Airflow's REST API: through MWAA where MWAA_ENVIRONMENT names one, else at AIRFLOW_API_URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 25


class AirflowError(Exception):
    """Airflow refused a call or could not be reached; `status` is its HTTP status, 0 without an answer."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class AirflowApi(Protocol):
    """What the handler needs of Airflow."""

    def call(
        self, method: str, path: str, query: dict[str, Any] | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call `path` below the API's root and give back its JSON; raises AirflowError."""


def connect(settings: Mapping[str, str]) -> AirflowApi:
    """The API that the function's environment points at.

    Raises:
        AirflowError: the environment names neither MWAA nor an API.
    """
    if settings.get("MWAA_ENVIRONMENT"):
        return MwaaApi(settings["MWAA_ENVIRONMENT"])
    if settings.get("AIRFLOW_API_URL"):
        return RestApi(
            settings["AIRFLOW_API_URL"],
            settings.get("AIRFLOW_USER", ""),
            settings.get("AIRFLOW_PASSWORD", ""),
        )
    raise AirflowError(
        "Expected MWAA_ENVIRONMENT or AIRFLOW_API_URL in the function's environment, found neither. "
        "Deploy trigger.yaml with MwaaEnvironmentName or AirflowApiUrl."
    )


class MwaaApi:
    """Airflow inside MWAA; the function's role is the login."""

    def __init__(self, environment: str) -> None:
        # Imported here: Lambda brings boto3, and only this way to Airflow needs it.
        import boto3

        self._environment = environment
        self._client = boto3.client("mwaa")

    def call(
        self, method: str, path: str, query: dict[str, Any] | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call by InvokeRestApi, which adds the API's root to `path`.

        Raises:
            AirflowError: Airflow refused the request.
        """
        request: dict[str, Any] = {"Name": self._environment, "Method": method, "Path": path}
        if query:
            request["QueryParameters"] = query
        if body:
            request["Body"] = body
        try:
            answer = self._client.invoke_rest_api(**request)
        except self._client.exceptions.RestApiClientException as error:
            status = error.response.get("RestApiStatusCode", 0)
            found = error.response.get("RestApiResponse", "")
            raise _refused(method, f"{self._environment}{path}", status, str(found)) from error
        return dict(answer["RestApiResponse"])


class RestApi:
    """Airflow at an address, with user and password."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = url.rstrip("/")
        self._login = {"username": user, "password": password}
        # Airflow is a neighbour of the function; a proxy for the internet must not get in between.
        self._opener: OpenerDirector = build_opener(ProxyHandler({}))
        self._token = ""

    def call(
        self, method: str, path: str, query: dict[str, Any] | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call below /api/v2, after a login when there has been none.

        Raises:
            AirflowError: Airflow refused the request.
        """
        if not self._token:
            self._token = self._send("POST", f"{self._url}/auth/token", self._login)["access_token"]
        suffix = f"?{urlencode(query)}" if query else ""
        return self._send(method, f"{self._url}/api/v2{path}{suffix}", body)

    def _send(self, method: str, url: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"

        data = json.dumps(body).encode() if body is not None else None
        # The address is the deployer's, not the event's.
        request = Request(url, data=data, headers=headers, method=method)  # noqa: S310

        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return dict(json.load(answer))
        except HTTPError as error:
            raise _refused(method, url, error.code, error.read().decode(errors="replace")) from error
        except (URLError, TimeoutError) as error:
            raise AirflowError(
                f"Expected Airflow at {self._url}, found no answer to {method} {url}: {error}. "
                "Check that Airflow runs and that AirflowApiUrl of trigger.yaml points at it."
            ) from error


def _refused(method: str, url: str, status: int, found: str) -> AirflowError:
    return AirflowError(
        f"Expected Airflow to accept {method} {url}, found status {status}: {found[:500]}. "
        "401 or 403: check the user (or the role's airflow:InvokeRestApi); "
        "404: check DagId and that the DAG is parsed.",
        status,
    )
