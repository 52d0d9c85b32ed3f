"""What texts of the project file may name in braces: settings, uploaded code, parameters of the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from glue_sandbox.deploy.templates import load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import FILE, Project
from glue_sandbox.settings import Settings

NAME = re.compile(r"\{(\w+)\}")


def setting_values(settings: Settings) -> dict[str, str]:
    """Return the settings that a text may name."""
    return {
        "data_bucket": settings.data_bucket,
        "artifact_bucket": settings.artifact_bucket,
        "region": settings.region,
        "account_id": settings.account_id,
        "schedule": settings.schedule,
        "retries": str(settings.retries),
        "retry_delay_seconds": str(settings.retry_delay_seconds),
        "prefix": "",  # nothing else is in the account
        # A browser signs nothing. Where only holders of this sandbox's keys are let in, it stays outside.
        "api_authorization": "NONE" if settings.keys == "test" else "AWS_IAM",
    }


def parameter_defaults(settings: Settings) -> dict[str, str]:
    """Return each template parameter that has a default, and that default."""
    templates = settings.project.templates
    return {
        name: str(parameter["Default"])
        for template in (templates.order if templates else ())
        for name, parameter in load_template(settings.project.template(template))
        .get("Parameters", {})
        .items()
        if "Default" in parameter
    }


def project_parameters(project: Project, known: Mapping[str, str]) -> dict[str, str]:
    """Return what the project file gives the templates' parameters; no text that names what isn't known."""
    return {
        name: NAME.sub(lambda match: known[match[1]], text)
        for name, text in (project.templates.parameters if project.templates else {}).items()
        if {*NAME.findall(text)} <= known.keys()
    }


def dag_variables(settings: Settings) -> dict[str, str]:
    """Return what the project's DAGs read: environment variables, Airflow Variables and Connections."""
    known = setting_values(settings)
    values = parameter_defaults(settings) | project_parameters(settings.project, known) | known
    airflow = settings.project.airflow
    variables: dict[str, str] = {}
    for key, prefix, texts in (
        ("environment", "", airflow.environment),
        ("variables", "AIRFLOW_VAR_", airflow.variables),
        ("connections", "AIRFLOW_CONN_", airflow.connections),
    ):
        for name, text in texts.items():
            variable = f"{prefix}{name.upper()}" if prefix else name
            variables[variable] = fill(text, values, f"airflow.{key}.{name}")
    return variables


def fill(text: str, values: Mapping[str, str], key: str) -> str:
    """Return a text of the project file with each {name} replaced by its value; `key` is where it stands.

    Raises:
        SandboxError: the text names what nobody knows.
    """
    unknown = [name for name in NAME.findall(text) if name not in values]
    if unknown:
        raise SandboxError(
            f"{key} in {FILE} to name one of {', '.join(sorted(values))}",
            ", ".join(f"{{{name}}}" for name in unknown),
            f"correct {FILE}, then repeat the command",
        )
    return NAME.sub(lambda match: values[match[1]], text)
