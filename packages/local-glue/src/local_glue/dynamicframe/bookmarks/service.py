"""The local Glue service as the keeper of bookmarks: asked with the credentials of the run."""

import json
import urllib.error
import urllib.request
from typing import Any, cast

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_PATH = "/_glue/bookmarks"
_SECONDS = 60


class BookmarkService:
    """Sends what a run wants to know or save of its job's bookmark."""

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the service's answer.

        Raises:
            RuntimeError: the service refuses.
        """
        glue = boto3.client("glue")
        url, region = glue.meta.endpoint_url + _PATH, glue.meta.region_name
        body, credentials = json.dumps(request), boto3.Session().get_credentials()
        signed = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/json"})
        SigV4Auth(cast(Credentials, credentials), "glue", region).add_auth(signed)
        sent = urllib.request.Request(url, body.encode(), dict(signed.headers), method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(sent, timeout=_SECONDS) as answer:  # noqa: S310
                result: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            refusal = json.load(error)
            raise RuntimeError(refusal.get("Message", str(error))) from error
        return result
