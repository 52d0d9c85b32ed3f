"""Requests and answers of an HTTP API (payload format 2.0), and errors as problem+json (RFC 9457)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from .answers import to_json

METHODS = ("GET", "HEAD")
JSON, PROBLEM = "application/json", "application/problem+json"
# Revalidated every time: a day is computed again whenever a listen of it arrives.
REVALIDATE, NEVER = "no-cache", "no-store"
SECURITY = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


class Problem(Exception):  # noqa: N818 - named as in RFC 9457
    """Why there is no answer: what was expected, what was found, what to do next."""

    def __init__(
        self, status: int, expected: str, found: str, next_step: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"expected {expected}; found {found}; next: {next_step}")
        self.status, self.expected, self.found, self.next_step = status, expected, found, next_step
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Request:
    """What a route needs of one event; `query` holds the pairs as they came."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    known_etags: frozenset[str] = frozenset()

    def require_get(self) -> None:
        """Return for a method that only reads.

        Raises:
            Problem: another one.
        """
        if self.method not in METHODS:
            allowed = ", ".join(METHODS)
            raise Problem(405, allowed, self.method, "GET: this API only reads", {"allow": allowed})


@dataclass(frozen=True)
class Answer:
    """Status, headers and body."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, text: str) -> Answer:
        """Return a JSON text as an answer that nobody keeps."""
        return cls(200, text, {"content-type": JSON, "cache-control": NEVER})

    def to_event(self) -> dict[str, Any]:
        """Return what a Lambda function hands to API Gateway."""
        return {
            "statusCode": self.status,
            "headers": {**SECURITY, **self.headers},
            "body": self.body,
            "isBase64Encoded": False,
        }


def read_request(event: Mapping[str, Any]) -> Request:
    """Return the request that an event holds.

    Raises:
        Problem: its query is no UTF-8.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        query = parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Problem(400, "a query string in UTF-8", str(error), "percent-encode it as UTF-8") from None
    etags = frozenset(tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(","))
    return Request(event["requestContext"]["http"]["method"], event["rawPath"], tuple(query), etags - {""})


def with_etag(answer: Answer, request: Request) -> Answer:
    """Return the answer with its ETag, or that what the client has is still right."""
    etag = f'"{hashlib.sha256(answer.body.encode()).hexdigest()[:32]}"'
    headers = {**answer.headers, "etag": etag, "cache-control": REVALIDATE}
    if request.known_etags & {etag, "*"}:
        return Answer(304, "", {name: headers[name] for name in ("etag", "cache-control")})
    return replace(answer, headers=headers)


def problem_answer(problem: Problem) -> Answer:
    """Return a problem as the client sees it."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": str(problem),
        "expected": problem.expected,
        "found": problem.found,
        "next": problem.next_step,
    }
    headers = {"content-type": PROBLEM, "cache-control": NEVER, **problem.headers}
    return Answer(problem.status, to_json(body), headers)
