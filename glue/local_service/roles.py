"""Credentials of the role that a job or crawler runs as."""

from botocore.exceptions import BotoCoreError, ClientError

from local_service.emulator import Credentials, client, own_credentials
from local_service.settings import Settings
from local_service.store import Scope


class RoleError(Exception):
    """The role can't be assumed; the message says which and why."""


def role_arn(role: str, scope: Scope) -> str:
    """Give the ARN of a role that is named by name, path or ARN."""
    return role if role.startswith("arn:") else f"arn:aws:iam::{scope.account}:role/{role.lstrip('/')}"


def assume_role(settings: Settings, scope: Scope, role: str, session_name: str) -> Credentials:
    """Ask the emulator for temporary credentials of a role; never falls back to others."""
    arn = role_arn(role, scope)
    sts = client(settings, "sts", scope.region, own_credentials(settings, scope))
    try:
        answer = sts.assume_role(RoleArn=arn, RoleSessionName=session_name[:64])
    except (ClientError, BotoCoreError) as error:
        raise RoleError(f"The role {arn} can't be assumed: {error}") from error
    found = answer["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
