"""The start-up script of MWAA: it exports what the project's DAGs read of their environment."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from glue_sandbox.deploy.project.values import NAME
from glue_sandbox.project.file import Project
from glue_sandbox.promote.environment import Environment

FILE = "startup.sh"
"""Its key in the bucket of the DAG folder."""


def startup_script(project: Project, environment: Environment, values: Mapping[str, str]) -> bytes:
    """Return the script, with the variables of sandbox.toml; those of the environment's file come first.

    A variable that is empty in the environment's file is left to the DAG's own default, and so is one whose
    text names what only a sandbox knows.

    Args:
        project: names the variables, in [airflow.environment].
        environment: may give others, in its own [airflow.environment].
        values: what their texts may name: parameters and outputs of the stacks, names, settings.
    """
    own = environment.airflow.environment if environment.airflow else {}
    lines = ["#!/bin/sh", f"# Written by the promotion to {environment.name}; the next one writes it again."]
    for name, text in sorted({**project.airflow.environment, **own}.items()):
        if text and {*NAME.findall(text)} <= values.keys():
            filled = NAME.sub(lambda match: values[match[1]], text)
            lines.append(f"export {name}={shlex.quote(filled)}")
    return "\n".join([*lines, ""]).encode()
