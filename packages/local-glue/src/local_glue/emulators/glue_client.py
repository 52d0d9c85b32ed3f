"""What an emulator needs to have Glue's work done by the local Glue service.

Standard library only, as it runs in the emulators' environments.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from local_glue.http.control_paths import CALLER_HEADER, TOKEN_HEADER

CLOUDFORMATION_PATH = "/_glue/cloudformation"
CONTENT_TYPE = "application/x-amz-json-1.1"
SECONDS = 60.0
RESOURCES = "AWS::Glue::"  # how the types of CloudFormation begin
LOWERCASE = {"AWS::Glue::Database", "AWS::Glue::Table"}  # take no capitals in a name that is made up for them
Response = tuple[int, dict[str, str], bytes]


class GlueService:
    """Sends requests to the local Glue service in the name of an account; the token is the permission."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token

    def provision(
        self, account: str, region: str, request: dict[str, Any], caller: str = ""
    ) -> dict[str, Any]:
        """Have one resource of a stack made, changed or deleted.

        Raises:
            ValueError: it was not; says why.
        """
        body = json.dumps(request).encode()
        status, _, text = self.send(account, region, CLOUDFORMATION_PATH, body, caller=caller)
        answer: dict[str, Any] = json.loads(text)
        if answer.get("Status") != "SUCCESS":
            raise ValueError(answer.get("Reason") or answer.get("Message") or f"HTTP status {status}")
        return answer

    def send(
        self, account: str, region: str, path: str, body: bytes | str, target: str = "", caller: str = ""
    ) -> Response:
        """One request, one answer; an unreachable service is a 503 that says so."""
        address = urlsplit(self.url)
        scope = f"{account}/20260101/{region}/glue/aws4_request"
        headers = {
            "content-type": CONTENT_TYPE,
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
            TOKEN_HEADER: self._token,
            **({"x-amz-target": target} if target else {}),
            **({CALLER_HEADER: caller} if caller else {}),
        }
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException) as error:
            message = f"The local Glue service at {self.url} does not answer ({error}): start it"
            failure = {"__type": "ServiceUnavailableException", "Message": message}
            return 503, {"content-type": CONTENT_TYPE}, json.dumps(failure).encode()
        finally:
            connection.close()
