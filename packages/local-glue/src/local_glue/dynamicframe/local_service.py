"""The local Glue service, asked with signed requests for what Glue's API has not."""

import json
import urllib.error
import urllib.request
from typing import Any, cast

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_SECONDS = 60
# The service is on this machine or beside it: never behind the user's proxy.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalService:
    """Sends what a run or a user asks of one path.

    Without a session and an address: those of the run's environment.
    """

    def __init__(
        self,
        path: str,
        session: boto3.Session | None = None,
        endpoint_url: str | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._path = path
        self._session = session or boto3.Session()
        self._endpoint_url = endpoint_url
        self._seconds = seconds

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the service's answer.

        Raises:
            RuntimeError: the service refuses.
        """
        glue = self._session.client("glue", endpoint_url=self._endpoint_url)
        url, region = glue.meta.endpoint_url + self._path, glue.meta.region_name
        body, credentials = json.dumps(request), self._session.get_credentials()
        signed = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(cast(Credentials, credentials), "glue", region).add_auth(signed)
        sent = urllib.request.Request(url, body.encode(), dict(signed.headers), method="POST")  # noqa: S310
        try:
            with _OPENER.open(sent, timeout=self._seconds) as answer:
                result: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            refusal = json.load(error)
            raise RuntimeError(refusal.get("Message", str(error))) from error
        return result
