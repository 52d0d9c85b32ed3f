"""AWS JSON 1.1: requests in, answers and errors out."""

import json
import logging
import re
import uuid
from dataclasses import dataclass
from typing import Any

from local_service.errors import GlueError, InternalServiceException, SerializationException
from local_service.model import Json
from local_service.store import Scope

logger = logging.getLogger(__name__)

TARGET_PREFIX = "AWSGlue."
CONTENT_TYPE = "application/x-amz-json-1.1"
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/")
_ACCOUNT = re.compile(r"\d{12}")
DEFAULT_ACCOUNT = "000000000000"
OK = 200


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


def operation_of(target: str) -> str | None:
    """Give the Glue operation that an `X-Amz-Target` header names, or None for other services."""
    return target.removeprefix(TARGET_PREFIX) if target.startswith(TARGET_PREFIX) else None


def scope_of(authorization: str, default_region: str) -> Scope:
    """Read account and region from the credential scope of a signature.

    Emulators take an access key of twelve digits as the account; all other keys share one account.
    """
    found = _CREDENTIAL.search(authorization)
    if not found:
        return Scope(DEFAULT_ACCOUNT, default_region)
    access_key, region = found.groups()
    return Scope(access_key if _ACCOUNT.fullmatch(access_key) else DEFAULT_ACCOUNT, region)


def parse(body: bytes) -> Json:
    """Read a request's JSON object; an empty body is an empty one."""
    try:
        parsed = json.loads(body or b"{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SerializationException(f"The request body is not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise SerializationException("Unexpected field type")
    return parsed


def _refuse_constant(word: str) -> None:
    """Python's parser would take NaN and Infinity, which no other client could read back."""
    raise ValueError(f"found {word}")


def without_nulls(value: Any) -> Any:
    """Leave out members that are null: to AWS they are the same as members that are not there."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def success(output: Json) -> Answer:
    """Answer an operation's output."""
    return _answer(OK, output, ())


def failure(error: GlueError) -> Answer:
    """Answer an error by its AWS code."""
    body = {"__type": error.code, "Message": str(error)}
    return _answer(error.status, body, (("x-amzn-errortype", error.code),))


def bug(operation: str, error: Exception) -> Answer:
    """Answer an error that nobody foresaw, and log where it happened."""
    logger.error("%s failed by a bug of the local Glue service", operation, exc_info=error)
    return failure(
        InternalServiceException(
            f"{operation} failed by a bug of the local Glue service ({type(error).__name__}: {error}). "
            "The traceback is in its log: run `make logs S=glue`."
        )
    )


def _answer(status: int, body: Json, headers: tuple[tuple[str, str], ...]) -> Answer:
    encoded = json.dumps(body, separators=(",", ":")).encode()
    common = (
        ("content-type", CONTENT_TYPE),
        ("content-length", str(len(encoded))),
        ("x-amzn-requestid", str(uuid.uuid4())),
    )
    return Answer(status, encoded, common + headers)
