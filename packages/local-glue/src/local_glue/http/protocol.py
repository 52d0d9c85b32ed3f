"""AWS JSON 1.1: requests in, answers and errors out."""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_glue.api.errors import GlueError, InternalServiceException, SerializationException
from local_glue.api.glue_api_model import Json
from local_glue.hints import hint
from local_glue.store import Scope

logger = logging.getLogger(__name__)

TARGET_PREFIX = "AWSGlue."
CONTENT_TYPE = "application/x-amz-json-1.1"
# A signature of version 4 is for one region; one of version 4A names its regions in a header of their own.
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/(?:([^/,\s]+)/)?([^/,\s]+)/aws4_request")
_REGION_SET = re.compile(r"X-Amz-Region-Set=([^,*\s]+)")  # the first; none for one that is good everywhere
_ACCOUNT = re.compile(r"\d{12}")
OK = 200
_DEEPEST = 200  # levels of a request's JSON: far more than any input of the model has


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


Headers = dict[bytes, bytes]


@dataclass(frozen=True)
class Request:
    """One HTTP request, as it was signed."""

    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def request_of(scope: Mapping[str, Any], body: bytes) -> Request:
    """Return the request of an ASGI scope, its path as it was sent."""
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return Request(scope["method"], path, query, tuple(scope["headers"]), body)


def operation_of(headers: Headers) -> str | None:
    """Return the Glue operation that a request names, or None for a request to another service.

    What names Glue in a wrong way, or is signed for it and names nothing, is a request to Glue, too: the
    emulator's own Glue must not answer it. Its operation is one that does not exist.
    """
    target = _text(headers, b"x-amz-target")
    if target.startswith(TARGET_PREFIX):
        return target.removeprefix(TARGET_PREFIX)
    if target.partition(".")[0].lower() == TARGET_PREFIX[:-1].lower():
        return target
    return "" if not target and service_of(_text(headers, b"authorization")) == "glue" else None


def authorization_of(headers: Headers) -> str:
    """Return the Authorization header, of version 4A with its regions, which another header has."""
    regions = _text(headers, b"x-amz-region-set")
    return _text(headers, b"authorization") + (f", X-Amz-Region-Set={regions}" if regions else "")


def access_key_of(authorization: str) -> str:
    """Return the access key that signed, "" for none."""
    signed = _CREDENTIAL.search(authorization)
    return signed[1] if signed else ""


def service_of(authorization: str) -> str:
    """Return the name of the service that a request is signed for, "" for none."""
    signed = _CREDENTIAL.search(authorization)
    return signed[3] if signed else ""


def scope_of(authorization: str, default: Scope) -> Scope:
    """Read account and region from the credential scope of a signature; `default` is what it does not say.

    Emulators take an access key of twelve digits as the account; all other keys share one account.
    """
    signed, regions = _CREDENTIAL.search(authorization), _REGION_SET.search(authorization)
    if not signed:
        return default
    access_key = signed[1]
    region = signed[2] or (regions[1] if regions else default.region)
    return Scope(access_key if _ACCOUNT.fullmatch(access_key) else default.account, region)


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def parse(body: bytes) -> Json:
    """Read a request's JSON object.

    Raises:
        SerializationException: it is not JSON, or no object.
    """
    try:
        parsed = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SerializationException(f"The request body is not JSON: {error}") from error
    if isinstance(parsed, list):
        raise SerializationException("Start of list found where not expected")
    if not isinstance(parsed, dict):
        raise SerializationException("The request body is not a JSON object")
    return parsed


def _refuse_constant(word: str) -> None:
    """Python's parser would take NaN and Infinity, which no other client could read back."""
    raise ValueError(f"found {word}")


def without_nulls(value: Any, level: int = 1) -> Any:
    """Leave out members that are null: to AWS they are the same as members that are not there.

    Raises:
        SerializationException: it is nested too deeply.
    """
    if level > _DEEPEST:
        raise SerializationException(f"The request body has more than {_DEEPEST} levels")
    if isinstance(value, dict):
        return {name: without_nulls(item, level + 1) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item, level + 1) for item in value]
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
            f"The traceback is in its log: {hint('read_log')}."
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
