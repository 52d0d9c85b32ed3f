"""What the plugin `mwaa` of Airflow's web server answers below `/aws_mwaa`, for either server.

`/api/…` are the operations of MWAA, for the endpoint of AWS alone. The rest are paths of MWAA's web server.
"""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.airflow.mwaa import api, tls, tokens
from glue_sandbox.airflow.mwaa.cli import run_command
from glue_sandbox.airflow.mwaa.environment import MwaaEnvironment
from glue_sandbox.airflow.mwaa.http import HTML, Answer, Request
from local_glue.http.bodies import read_body
from local_glue.http.control_paths import TOKEN_HEADER

PREFIX = "/aws_mwaa"
_FORBIDDEN, _NOT_FOUND = 403, 404
_LOGIN_PAGE = b"""<!doctype html><title>Airflow</title><script>
fetch("/aws_mwaa/login", {method: "POST", body: new URLSearchParams({token: location.hash.slice(1)})})
  .then(answer => answer.ok ? location.replace("/") : answer.text().then(text => document.write(text)))
</script>"""


def answer(environment: MwaaEnvironment, request: Request, tls_folder: Path | None) -> Answer:
    """Answer one request; it may take as long as a command of Airflow takes."""
    if request.path.startswith("/api/"):
        sent = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(sent.encode(), environment.token.encode()):
            return _refused("this path is for the endpoint of AWS")
        inner = Request(request.method, request.path.removeprefix("/api"), request.headers, request.body)
        return api.answer(environment, inner, tls.hostname(tls_folder) if tls_folder else None)

    asked = (request.method, request.path)
    if asked == ("POST", "/cli"):
        if not tokens.is_valid(environment.secret, tokens.CLI, request.bearer):
            return _refused("the CLI token is not valid, or older than a minute")
        return run_command(request.body.decode("utf-8", "replace"))
    if asked == ("GET", "/aws-console-sso"):
        return Answer(200, _LOGIN_PAGE, HTML)
    if asked == ("POST", "/login"):
        return _log_in(environment, request)
    return Answer(_NOT_FOUND, json.dumps({"message": f"no {request.method} {request.path}"}).encode())


def _log_in(environment: MwaaEnvironment, request: Request) -> Answer:
    form = parse_qs(request.body.decode("utf-8", "replace"))
    token = request.bearer or form.get("token", [""])[0]
    if not tokens.is_valid(environment.secret, tokens.WEB, token):
        return _refused("the web login token is not valid, or older than a minute")
    if environment.airflow_version.startswith("2."):
        return _refused("with Airflow 2 a web login token opens no session here: log in by name and password")

    with AirflowApi(environment.url, environment.user, environment.password) as airflow:
        session = airflow.authorization().removeprefix("Bearer ")
    return Answer(200, b"{}", headers=(("set-cookie", f"_token={session}; Path=/; SameSite=Lax"),))


def _refused(reason: str) -> Answer:
    return Answer(_FORBIDDEN, json.dumps({"message": f"Forbidden: {reason}"}).encode())


def flask_blueprint(environment: MwaaEnvironment, tls_folder: Path | None) -> Any:
    """Return the answers as a blueprint of Flask, for Airflow 2."""
    import flask

    blueprint = flask.Blueprint("mwaa", __name__, url_prefix=PREFIX)

    def answered(_: str) -> Any:
        sent = flask.request
        headers = {name.lower(): value for name, value in sent.headers.items()}
        # As it was sent: a name in it may have escapes, which belong to the operation.
        raw_path = sent.environ["RAW_URI"].partition("?")[0].removeprefix(PREFIX)
        found = answer(environment, Request(sent.method, raw_path, headers, sent.get_data()), tls_folder)
        return flask.Response(found.body, found.status, dict(found.headers), content_type=found.content_type)

    blueprint.add_url_rule("/<path:_>", view_func=answered, methods=api.METHODS)
    return blueprint


class AsgiServer:
    """The answers as an ASGI application, for Airflow 3."""

    def __init__(self, environment: MwaaEnvironment, tls_folder: Path | None) -> None:
        self._environment, self._tls_folder = environment, tls_folder

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, in a thread: Airflow's own API answers meanwhile."""
        import asyncio

        if scope["type"] != "http":
            return
        body = await read_body(receive)
        if body is None:
            return

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        # As it was sent: a name in it may have escapes, which belong to the operation.
        path = scope["raw_path"].decode("latin-1").partition("?")[0].removeprefix(PREFIX)
        request = Request(scope["method"], path, headers, body)
        found = await asyncio.to_thread(answer, self._environment, request, self._tls_folder)

        sent = [("content-type", found.content_type), ("content-length", str(len(found.body)))]
        encoded = [(name.encode(), value.encode()) for name, value in (*sent, *found.headers)]
        await send({"type": "http.response.start", "status": found.status, "headers": encoded})
        await send({"type": "http.response.body", "body": found.body})
