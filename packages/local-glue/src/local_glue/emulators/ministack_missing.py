"""What MiniStack answers for services that it does not have: an error that names service and operation.

By itself it answers 400, with a body that no SDK finds a message in. Standard library only, as it runs in
MiniStack's environment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

Response = tuple[int, dict[str, str], bytes]
Handler = Callable[..., Awaitable[Response]]
_UNKNOWN = "unknown_query"  # MiniStack's name for what is sent as a form to no service that it has
_CODE = "NotImplementedException"
_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")


class Services(dict[str, Handler]):
    """MiniStack's services by name; one that is missing answers that it is."""

    def get(self, name: str, default: Handler | None = None) -> Handler | None:  # type: ignore[override]
        """Return the handler of a service, or one that names what was asked for."""
        return super().get(name) or default or _refusing(name)


def naming_the_service(detect: Callable[..., str]) -> Callable[..., str]:
    """Let a form that is of no service be of the one that it is signed for."""

    def detect_service(method: str, path: str, headers: dict[str, str], query: Any) -> str:
        found = detect(method, path, headers, query)
        signed = _SIGNED_FOR.search(headers.get("authorization", ""))
        return signed[1] if found == _UNKNOWN and signed else found

    return detect_service


def _refusing(service: str) -> Handler:
    async def answer(method: str, path: str, headers: dict[str, str], body: bytes, _query: Any) -> Response:
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0] if is_form else ""
        operation = action or headers.get("x-amz-target", "").rpartition(".")[2] or f"{method} {path}"
        message = (
            f"MiniStack has no service {service}, so {operation} did nothing. Run what needs it on AWS, or "
            f"name another endpoint in AWS_ENDPOINT_URL_{re.sub('[^A-Z0-9]', '_', service.upper())}."
        )
        if is_form:
            error = (
                f"<Error><Type>Sender</Type><Code>{_CODE}</Code><Message>{escape(message)}</Message></Error>"
            )
            return 501, {"Content-Type": "text/xml"}, f"<ErrorResponse>{error}</ErrorResponse>".encode()
        error = json.dumps({"__type": _CODE, "message": message})
        return 501, {"Content-Type": "application/json", "x-amzn-errortype": _CODE}, error.encode()

    return answer
