"""Whether MWAA's execution role may do what the DAGs do: IAM says so, or the plan lists what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_sandbox.permissions.needed import Permission
from glue_sandbox.permissions.project_roles import roles_of_templates
from glue_sandbox.promote.environment import Environment
from glue_sandbox.promote.parameters import given_parameters
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient


def needs_of_airflow(settings: Settings, environment: Environment) -> tuple[Permission, ...]:
    """Return what a role of the templates that MWAA may take grants on things of this account.

    What MWAA itself does with the role, in accounts and on resources of its own, is left out: it refuses a
    role without that by itself.
    """
    parameters = given_parameters(settings, environment, {}) | {
        "AWS::Region": environment.region,
        "AWS::AccountId": environment.account_id,
    }
    roles = [role for role in roles_of_templates(settings.project, parameters) if role.is_of_airflow]
    return tuple(grant for role in roles for grant in role.grants if _is_named(grant.resource))


def _is_named(resource: str) -> bool:
    """Whether an ARN names its account, if its service has that, and more than a kind of resource."""
    parts = resource.split(":", 5)
    return len(parts) > 5 and parts[4] != "*" and parts[5] != "*"


def role_differences(iam: IAMClient, role: str, needed: Sequence[Permission]) -> Iterator[str]:
    """Yield what a role, by its ARN, may not do of what is needed; where IAM does not say, what it needs."""
    name = role.rpartition("/")[2]
    try:
        refused = [*_refused(iam, role, needed)]
    except ClientError as error:
        why = error.response["Error"].get("Message", str(error))
        actions = ", ".join(sorted({one.action for one in needed}))
        yield f"whether its role {name} has what the DAGs need is not known ({why}): {actions}"
        return
    yield from (f"its role {name} may not {one.action} on {one.resource}" for one in refused)


def _refused(iam: IAMClient, role: str, needed: Iterable[Permission]) -> Iterator[Permission]:
    by_resource: dict[str, list[str]] = defaultdict(list)
    for one in needed:
        by_resource[one.resource].append(one.action)

    simulate = iam.get_paginator("simulate_principal_policy")
    for resource, actions in by_resource.items():
        asked = simulate.paginate(PolicySourceArn=role, ActionNames=actions, ResourceArns=[resource])
        for page in asked:
            for result in page["EvaluationResults"]:
                if result["EvalDecision"] != "allowed":
                    yield Permission(result["EvalActionName"], resource)
