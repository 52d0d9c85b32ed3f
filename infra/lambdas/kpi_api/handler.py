"""HTTP API -> KPIs, alerts and metrics as JSON, and the page that shows them. It reads and never writes."""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .answers import to_json
from .openapi import document
from .page import PAGE_FILES, read_page_file
from .routes import ROUTES, find_route
from .tables import Tables, problem_of
from .web import Answer, Problem, Request, problem_answer, read_request, with_etag

# All that a call may take fits into the function's time-out, also a second try.
CONFIG = Config(
    connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2}, max_pool_connections=24, proxies={}
)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Answer one event of an HTTP API, payload format 2.0."""
    began = time.perf_counter()
    try:
        answer = respond(read_request(event), {"tables": tables, "cloudwatch": cloudwatch})
    except Problem as problem:
        answer = problem_answer(problem)
    except (ClientError, BotoCoreError) as error:
        answer = problem_answer(problem_of(error))
    except Exception:  # noqa: BLE001 - a bug of ours is an answer of the API's own kind, and in the log
        traceback.print_exc()
        log = f"/aws/lambda/{os.environ.get('AWS_LAMBDA_FUNCTION_NAME', 'kpi_api')}"
        answer = problem_answer(Problem(500, "an answer", "an error in the function", f"see its log, {log}"))
    _log(event, answer, began)
    return answer.to_event()


def _log(event: Mapping[str, Any], answer: Answer, began: float) -> None:
    """Write a line that CloudWatch Logs Insights can count by: Lambda's log is what is printed."""
    line = {
        "method": event["requestContext"]["http"]["method"],
        "path": event["rawPath"],
        "status": answer.status,
        "milliseconds": round(1000 * (time.perf_counter() - began), 1),
    }
    print(json.dumps(line))


def respond(request: Request, sources: Mapping[str, Callable[[], Any]]) -> Answer:
    """Return the answer to a request; a source is connected only where it is read.

    Raises:
        Problem: the request asks for what there is not, or is not how a route wants it.
    """
    if request.path in PAGE_FILES:
        request.require_get()
        return with_etag(read_page_file(request.path), request)
    if request.path == "/openapi.json":
        request.require_get()
        return with_etag(Answer.of_json(to_json(document(ROUTES))), request)

    route, in_path = find_route(request.path)
    request.require_get()
    found = route.respond(sources[route.reads](), route.read(in_path, request.query))
    answer = Answer.of_json(to_json(found))
    return with_etag(answer, request) if route.is_cacheable else answer


@cache
def tables() -> Tables:
    """The tables, connected once for all calls of this process."""
    names = {name: os.environ[name] for name in Tables.NAMES}
    return Tables(boto3.client("dynamodb", config=CONFIG), names)


@cache
def cloudwatch() -> Any:
    """The metrics, connected once for all calls of this process."""
    return boto3.client("cloudwatch", config=CONFIG)
