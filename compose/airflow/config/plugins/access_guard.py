"""Airflow's web server answers the hosts and web pages that the other services of the sandbox answer, too.

A plugin is Airflow's own way to stand before all of its routes. Never deployed: DAG files know nothing of it.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar

from airflow import __version__
from airflow.plugins_manager import AirflowPlugin

from local_glue.http.errors import error_answer
from local_glue.http.origins import AccessGuard, AccessRules, read_rules

IS_AIRFLOW_2 = __version__.startswith("2.")


def _blueprint(rules: AccessRules) -> Any:
    """Return what stands before all routes of Airflow 2's web server, which is a Flask application."""
    import flask

    blueprint = flask.Blueprint("access_guard", __name__)

    def refuse() -> Any:
        sent = flask.request
        scope = {
            "type": "http",
            "method": sent.method,
            "path": sent.path,
            "query_string": sent.query_string,
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in sent.headers.items()
            ],
        }
        reason = rules.refusal(scope)
        if reason is None:
            return None
        headers, body = error_answer(scope, "AccessDenied", reason)
        return flask.Response(body, 403, {name.decode(): value.decode() for name, value in headers})

    blueprint.before_app_request(refuse)
    return blueprint


class AccessGuardPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not in this environment
    """Refuses what a web page elsewhere sends, and names that only lead here."""

    name = "access_guard"
    fastapi_root_middlewares: ClassVar[list[dict[str, Any]]] = [
        {"middleware": AccessGuard, "kwargs": {"rules": read_rules(os.environ)}, "name": "access guard"}
    ]
    flask_blueprints: ClassVar[list[Any]] = [_blueprint(read_rules(os.environ))] if IS_AIRFLOW_2 else []
