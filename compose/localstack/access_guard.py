"""LocalStack refuses the host names and web pages that the AWS endpoint refuses: its port is reached, too.

LocalStack runs this when it starts, in its own process, before its port answers (its initialization hooks).
"""

import os
import sys
from typing import Any

sys.path.append("/opt/local-glue")

from localstack.aws import handlers

from local_glue.http.errors import error_answer
from local_glue.http.origins import read_rules

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
        headers, body = error_answer(scope, "AccessDenied", reason)
        chain.respond(403, body, {name.decode(): value.decode() for name, value in headers})


handlers.preprocess_request.handlers.insert(0, refuse)
