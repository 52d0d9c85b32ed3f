"""LocalStack refuses the host names and web pages that the AWS endpoint refuses: its port is reached, too.

With KEYS=own it refuses whoever does not know the keys, too. LocalStack runs this when it starts, in its own
process, before its port answers (its initialization hooks).
"""

import os
import sys
from typing import Any

sys.path.append("/opt/local-glue")

from localstack.aws import handlers
from localstack.http.request import get_raw_path

from local_glue.emulators.localstack_keys import KeyCheck, find_key, replace_internal_secret
from local_glue.http.errors import error_answer
from local_glue.http.origins import read_rules
from local_glue.http.signatures import SignedRequest

AUTHORIZE_PATH = "/_glue/authorize"  # a control path: the token was looked at before
RULES = read_rules(os.environ)


def refuse(chain: Any, context: Any, _response: Any) -> None:
    """Answer a request that may not pass; leave all others to the handlers that follow."""
    request = context.request
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": request.query_string,
        "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in request.headers],
    }
    reason = RULES.refusal(scope)
    if reason is not None:
        _answer(chain, scope, 403, "AccessDenied", reason)
    elif KEYS:
        _check_keys(chain, request, scope)


def _check_keys(chain: Any, request: Any, scope: dict[str, Any]) -> None:
    if request.path == AUTHORIZE_PATH:
        chain.respond(200, KEYS.authorize(request.get_data()), {"content-type": "application/json"})
        return
    headers: dict[str, str] = {}
    for name, value in ((n.lower(), v) for n, v in request.headers):
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    is_large = "/s3/aws4_request" in headers.get("authorization", "")  # see is_signed_with
    signed = SignedRequest(
        request.method,
        get_raw_path(request),
        request.query_string.decode("latin-1"),
        headers,
        b"" if is_large else request.get_data(),
    )
    refusal = KEYS.refusal(signed)
    if refusal:
        _answer(chain, scope, refusal.status, refusal.code, refusal.message)


def _answer(chain: Any, scope: dict[str, Any], status: int, code: str, text: str) -> None:
    headers, body = error_answer(scope, code, text)
    chain.respond(status, body, {name.decode(): value.decode() for name, value in headers})


def _own_keys() -> KeyCheck | None:
    if os.environ.get("GLUE_KEYS") != "own":
        return None
    own = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    return KeyCheck(*own, find_key, replace_internal_secret())


KEYS = _own_keys()
handlers.preprocess_request.handlers.insert(0, refuse)
