"""Credentials of the role that a job or crawler runs as."""

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from local_glue.api.glue_api_model import Json
from local_glue.aws import sessions
from local_glue.aws.clients import Credentials, client, own_credentials
from local_glue.settings import Settings
from local_glue.store import Scope

_GLUE = "glue.amazonaws.com"
_NO_ROLE = ("NoSuchEntity", "AccessDenied")
_ACTIONS = frozenset({"*", "sts:*", "sts:assumerole"})
# What AssumeRole takes. Glue renews the credentials of a long run; here they last from the start.
_SHORTEST_SECONDS, _LONGEST_SECONDS = 3600, 43_200


class RoleError(Exception):
    """Glue can't assume the role; the message says why, in Glue's own words if it is for AWS's reasons."""


def role_arn(role: str, scope: Scope) -> str:
    """Return the ARN of a role that is named by name, path or ARN."""
    return role if role.startswith("arn:") else f"arn:aws:iam::{scope.account}:role/{role.lstrip('/')}"


def assume_role(
    settings: Settings,
    scope: Scope,
    role: str,
    session_name: str,
    seconds: float = 0,
    session_policy: str | None = None,
) -> Credentials:
    """Ask the emulator for temporary credentials of a role; never falls back to others.

    As on AWS, the role must be there and trust Glue; most emulators hand out credentials of any role.

    Raises:
        RoleError: the role is not there, does not trust Glue, or nobody could be asked.
    """
    policy = {"Policy": session_policy} if session_policy else {}
    own = own_credentials(settings, scope)
    arn = role_arn(role, scope)

    try:
        arn = _trusting_role(client(settings, "iam", scope.region, own), role, arn)
        answer = client(settings, "sts", scope.region, own).assume_role(
            RoleArn=arn,
            RoleSessionName=session_name,
            DurationSeconds=int(min(max(seconds, _SHORTEST_SECONDS), _LONGEST_SECONDS)),
            **policy,
        )
    except (ClientError, BotoCoreError) as error:
        if _is_about_the_role(error):
            raise _refusal(arn, str(error)) from error
        raise RoleError(f"Role {arn} can't be assumed: {error}") from error

    found = answer["Credentials"]
    sessions.remember(found["AccessKeyId"], arn)
    return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])


def _trusting_role(iam: Any, role: str, arn: str) -> str:
    """Return the ARN of the role that is meant, or raise RoleError when Glue may not assume it."""
    found = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]
    if role.startswith("arn:") and found["Arn"] != role:
        raise _refusal(arn, f"There is no such role, only {found['Arn']}")
    if not _lets_glue_in(found["AssumeRolePolicyDocument"]):
        raise _refusal(found["Arn"], f"Its trust policy does not allow sts:AssumeRole to {_GLUE}")
    return str(found["Arn"])


def _is_about_the_role(error: ClientError | BotoCoreError) -> bool:
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in _NO_ROLE
    return isinstance(error, ParamValidationError)


def _lets_glue_in(trust: Json) -> bool:
    effects = {
        statement.get("Effect")
        for statement in _listed(trust.get("Statement", []))
        if _names_glue(statement.get("Principal", {}))
        and not _ACTIONS.isdisjoint(str(action).lower() for action in _listed(statement.get("Action", [])))
    }
    return effects == {"Allow"}


def _names_glue(principal: Any) -> bool:
    services = principal.get("Service", []) if isinstance(principal, dict) else principal
    return not {"*", _GLUE}.isdisjoint(_listed(services))


def _listed(one_or_more: Any) -> Iterable[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def _refusal(arn: str, reason: str) -> RoleError:
    return RoleError(f"Role {arn} should be given assume role permissions for Glue Service. ({reason}.)")
