"""An environment's account, reached with the user's own credentials, which no other command sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from glue_sandbox.environment.child_process import users_account
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.environment import Environment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

DENIED = frozenset(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"))
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 8})


@dataclass(frozen=True)
class Target:
    """Clients of the account, once it was seen that it is the right one."""

    environment: Environment
    session: boto3.Session
    caller: str
    """Who the credentials belong to, as an ARN."""

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """CloudFormation of the account."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def s3(self) -> S3Client:
        """S3 of the account."""
        client: S3Client = self._client("s3")
        return client

    @cached_property
    def iam(self) -> IAMClient:
        """IAM of the account."""
        client: IAMClient = self._client("iam")
        return client

    @cached_property
    def mwaa(self) -> Any:
        """MWAA of the account."""
        return self._client("mwaa")

    def _client(self, service: str) -> Any:
        return self.session.client(service, config=_CONFIG)  # type: ignore[call-overload]


@contextmanager
def target_of(environment: Environment, own: Mapping[str, str]) -> Iterator[Target]:
    """Yield the environment's account; `own` are the AWS settings of the user's shell.

    Raises:
        SandboxError: the credentials are of another account or of none, or AWS refuses a call meanwhile.
    """
    with users_account(own):
        try:
            session = boto3.Session(profile_name=environment.profile, region_name=environment.region)
            caller = session.client("sts", config=_CONFIG).get_caller_identity()
            if caller["Account"] != environment.account_id:
                raise SandboxError(
                    f"credentials of account {environment.account_id}, that of {environment.name}",
                    f"account {caller['Account']} ({caller['Arn']})",
                    f"sign in to that account, or correct environments/{environment.name}.toml",
                )
            yield Target(environment, session, caller["Arn"])
        except (BotoCoreError, ClientError) as error:
            raise SandboxError(
                f"AWS to answer for environment {environment.name}", str(error), _next(error)
            ) from error


def _next(error: Exception) -> str:
    """What helps: the right to do something, or other credentials."""
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code in DENIED:
        return "have that allowed to who promotes, then repeat: what is done is not done twice"
    return "sign in to its account (aws sso login, or AWS_PROFILE=…), then repeat"
