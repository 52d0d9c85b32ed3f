"""The roles of the project's templates, and why they have what no recorded call used."""

from __future__ import annotations

from collections.abc import Mapping

from glue_sandbox.deploy.project.values import project_parameters, setting_values
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.permissions.granted import Role, roles_of
from glue_sandbox.permissions.report import Reasons, read_reasons
from glue_sandbox.project.file import Project
from glue_sandbox.settings import Settings

REASONS = "permissions.toml"
"""Beside the templates."""


def project_roles(settings: Settings) -> list[Role]:
    """Return the roles that something in a sandbox works with, with the names that it gives.

    A role that a workflow promotes with is in the folder, too; no call of a sandbox is made with it.

    Raises:
        SandboxError: the project has no templates.
    """
    templates = settings.project.templates
    if templates is None or templates.folder is None:
        raise SandboxError(
            "roles in CloudFormation templates: [templates] in sandbox.toml",
            "a project that describes its resources in sandbox.toml alone, in a cdk.out or in Terraform",
            "write templates in a folder, then repeat",
        )
    parameters = project_parameters(settings.project, setting_values(settings))
    return [role for role in roles_of_templates(settings.project, parameters) if not role.is_of_people]


def roles_of_templates(project: Project, parameters: Mapping[str, str]) -> list[Role]:
    """Return all roles of the folder of templates, with what these parameters name."""
    files = sorted(project.template("any").parent.glob("*.yaml"))
    return [role for file in files for role in roles_of(load_template(file), parameters)]


def reasons_of(settings: Settings) -> Reasons:
    """Return why roles are granted what no recorded call used."""
    return read_reasons(settings.project.template("any").with_name(REASONS))
