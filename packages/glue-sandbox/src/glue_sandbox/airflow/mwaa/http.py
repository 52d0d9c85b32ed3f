"""Requests, answers and errors of MWAA, apart from the server that they come by. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

JSON, HTML = "application/json", "text/html; charset=utf-8"
Document = Any


@dataclass(frozen=True)
class Request:
    """One HTTP request; its path comes after the plugin's prefix, names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def bearer(self) -> str:
        """The token of an Authorization header, "" without one."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


class MwaaError(Exception):
    """An error of MWAA's model: its name, status, and what its structure holds beside the message."""

    def __init__(
        self, code: str, status: int, message: str = "", members: Mapping[str, Document] | None = None
    ) -> None:
        super().__init__(message or code)
        self.code, self.status, self.message = code, status, message
        self.members = members or {}

    def answer(self) -> Answer:
        """Return it as AWS's REST-JSON protocol has it."""
        content = {**self.members, **({"message": self.message} if self.message else {})}
        return Answer(self.status, json.dumps(content).encode(), headers=(("x-amzn-errortype", self.code),))


def not_found(name: str) -> MwaaError:
    """Return the error for an environment that is not here."""
    return MwaaError("ResourceNotFoundException", 404, f"Environment '{name}' not found")


def invalid(message: str) -> MwaaError:
    """Return the error for an input that is not valid."""
    return MwaaError("ValidationException", 400, message)


def success(content: Document) -> Answer:
    """Return an operation's output."""
    return Answer(200, json.dumps(content).encode())
