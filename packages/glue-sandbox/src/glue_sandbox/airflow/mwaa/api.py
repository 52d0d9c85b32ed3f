"""Operations of MWAA's API that the sandbox answers; the contract is botocore's model of `mwaa`.

The endpoint of AWS has checked who asks, and passes on the path as it was signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.airflow.mwaa import tokens
from glue_sandbox.airflow.mwaa.environment import MwaaEnvironment
from glue_sandbox.airflow.mwaa.http import Answer, MwaaError, Request, invalid, not_found, success

METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
REST_SECONDS = 60
HTTP_CLIENT_ERROR, HTTP_SERVER_ERROR = 400, 500
Operation = Callable[[MwaaEnvironment, Request, str | None], Answer]


def answer(environment: MwaaEnvironment, request: Request, hostname: str | None) -> Answer:
    """Answer one request; `hostname` is where the web server answers with TLS, None where it does not."""
    try:
        return _answer(environment, request, hostname)
    except MwaaError as error:
        return error.answer()


def _answer(environment: MwaaEnvironment, request: Request, hostname: str | None) -> Answer:
    kind, _, rest = request.path.strip("/").partition("/")
    name = unquote(rest)
    if (request.method, kind) == ("GET", "environments") and not name:
        return success({"Environments": [environment.name]})

    operation = _OPERATIONS.get((request.method, kind))
    if operation is None:
        raise _unsupported(request)
    if name != environment.name:
        raise not_found(name)
    return operation(environment, request, hostname)


def _get_environment(environment: MwaaEnvironment, _request: Request, hostname: str | None) -> Answer:
    described = {
        "Name": environment.name,
        "Status": "AVAILABLE",
        "Arn": environment.arn,
        "AirflowVersion": environment.airflow_version,
        "SourceBucketArn": f"arn:aws:s3:::{environment.bucket}",
        "DagS3Path": "dags",
        "WebserverUrl": hostname or environment.url.partition("//")[2],
        "WebserverAccessMode": "PUBLIC_ONLY",
        "AirflowConfigurationOptions": {},
        "Tags": {},
    }
    return success({"Environment": described})


def _create_cli_token(environment: MwaaEnvironment, _request: Request, hostname: str | None) -> Answer:
    token = tokens.create_token(environment.secret, tokens.CLI)
    return success({"CliToken": token, "WebServerHostname": _with_tls(hostname)})


def _create_web_login_token(environment: MwaaEnvironment, _request: Request, hostname: str | None) -> Answer:
    token = tokens.create_token(environment.secret, tokens.WEB)
    user = {"IamIdentity": environment.user, "AirflowIdentity": environment.user}
    return success({"WebToken": token, "WebServerHostname": _with_tls(hostname), **user})


def _invoke_rest_api(environment: MwaaEnvironment, request: Request, _hostname: str | None) -> Answer:
    asked = _parsed(request.body)
    path, method = asked.get("Path"), asked.get("Method")
    if not isinstance(path, str) or not path:
        raise invalid("Path: a path of Airflow's REST API is required, such as /dags/my_dag/dagRuns")
    if method not in METHODS:
        raise invalid(f"Method: expected one of {', '.join(METHODS)}, found {method}")

    query = asked.get("QueryParameters") or {}
    with AirflowApi(
        environment.url,
        environment.user,
        environment.password,
        timeout_seconds=REST_SECONDS,
        airflow_version=environment.airflow_version,
    ) as airflow:
        status, content = airflow.invoke(method, "/" + path.lstrip("/"), query, asked.get("Body"))

    said = {"RestApiStatusCode": status, "RestApiResponse": content}
    if status >= HTTP_CLIENT_ERROR:
        kind = "RestApiServerException" if status >= HTTP_SERVER_ERROR else "RestApiClientException"
        # Beside the two members of the model, for a traceback shows nothing but the message.
        detail = content.get("detail") if isinstance(content, dict) else content
        raise MwaaError(kind, 400, f"Airflow answers {status}: {detail}", said)
    return success(said)


_OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "environments"): _get_environment,
    ("POST", "clitoken"): _create_cli_token,
    ("POST", "webtoken"): _create_web_login_token,
    ("POST", "restapi"): _invoke_rest_api,
}


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid(f"The request body is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise invalid("The request body is not a JSON object")
    return content


def _with_tls(hostname: str | None) -> str:
    if hostname is None:
        raise invalid(
            "Expected Airflow's web server with TLS, found that it runs in a container, where it has none. "
            "Use InvokeRestApi, or MODE=embedded"
        )
    return hostname


def _unsupported(request: Request) -> MwaaError:
    known = "ListEnvironments, GetEnvironment, InvokeRestApi, CreateCliToken and CreateWebLoginToken"
    return invalid(f"{request.method} {request.path} is not answered here: the sandbox has {known}")
