"""Values of the templates' parameters in an environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from glue_sandbox.deploy.project.values import project_parameters
from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest
from glue_sandbox.promote.environment import Environment
from glue_sandbox.settings import Settings

# Where everybody is a stranger an API wants signed requests.
API_AUTHORIZATION = "AWS_IAM"


def given_parameters(
    settings: Settings, environment: Environment, names: Mapping[str, str]
) -> dict[str, str]:
    """Return what the project file and the environment say of the templates' parameters.

    What the project file says by a name that only a sandbox knows, such as its Airflow's password, is left to
    the environment, or to the template's default.

    Args:
        settings: the project, and its settings for schedules and retries.
        environment: its parameters come first.
        names: where the code of the release lies.
    """
    known = {**names, **setting_names(settings, environment)}
    return project_parameters(settings.project, known) | environment.parameters


def require_known(environment: Environment, templates: Iterable[Template]) -> None:
    """Refuse parameters of an environment that no template has: a slip would change nothing, in silence.

    Raises:
        SandboxError: there is one; names it, and what it resembles.
    """
    known = {name.lower(): name for template in templates for name in template.get("Parameters", {})}
    unknown = sorted(environment.parameters.keys() - {*known.values()})
    if unknown:
        like = f"; {known[closest(unknown[0], sorted(known))]}?" if known else ""
        raise SandboxError(
            f"under [parameters] of environments/{environment.name}.toml, parameters of the templates",
            f"{', '.join(unknown)}, which none has{like}",
            f"correct environments/{environment.name}.toml, then repeat",
        )


def setting_names(settings: Settings, environment: Environment) -> dict[str, str]:
    """Return the settings that a text of the project file may name, as they are in an environment."""
    return {
        "data_bucket": environment.buckets.data,
        "artifact_bucket": environment.buckets.artifacts,
        "region": environment.region,
        "account_id": environment.account_id,
        "schedule": settings.schedule,
        "retries": str(settings.retries),
        "retry_delay_seconds": str(settings.retry_delay_seconds),
        "prefix": environment.prefix,
        "api_authorization": API_AUTHORIZATION,
    }
