"""The files that a release writes beside the DAG folder, where MWAA and others look for them."""

from __future__ import annotations

from collections.abc import Mapping

from glue_sandbox.project.file import Project
from glue_sandbox.promote.airflow.requirements import FILE as REQUIREMENTS_FILE
from glue_sandbox.promote.airflow.startup_script import FILE as STARTUP_FILE
from glue_sandbox.promote.airflow.startup_script import startup_script
from glue_sandbox.promote.begun import There
from glue_sandbox.promote.content import Content
from glue_sandbox.promote.environment import Environment

NO_REQUIREMENTS = b"# This release's DAGs need nothing beside Airflow and what is in the DAG folder.\n"


def files_beside(
    project: Project,
    environment: Environment,
    content: Content,
    there: There,
    values: Mapping[str, str],
) -> dict[str, bytes]:
    """Return them by their keys.

    What a release before has brought as requirements.txt is emptied, not deleted: an environment of MWAA that
    names a file which is not there cannot be updated any more. One that no release brought is left alone.

    Args:
        project: names the variables of the start-up script.
        environment: may give others.
        content: of the release that is to be there.
        there: what the environment holds.
        values: what the variables' texts may name.
    """
    files = {STARTUP_FILE: startup_script(project, environment, values)}
    if content.requirements is not None:
        files[REQUIREMENTS_FILE] = content.requirements
    elif there.has_requirements:
        files[REQUIREMENTS_FILE] = NO_REQUIREMENTS
    return files
