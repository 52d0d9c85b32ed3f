"""The project's own test of what was just promoted: a function that its project file names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import boto3

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project
from glue_sandbox.promote.environment import stack_prefix
from glue_sandbox.promote.target import Target


@dataclass(frozen=True)
class Deployed:
    """What the function is given: an environment right after a promotion."""

    environment: str
    """Its name, as TARGET= has it."""
    session: boto3.Session
    bucket: str
    """Of the data."""
    stacks: str
    """What the names of the stacks begin with."""
    patience_seconds: float
    """How long it may wait for each thing that the pipeline is to do."""
    say: Callable[[str], None]


def run_smoke_test(project: Project, target: Target, minutes: float, say: Callable[[str], None]) -> None:
    """Call the project's smoke test, or say why there is none.

    Raises:
        SandboxError: the environment did not do what the test expects of it. The release is there.
    """
    named = project.commands.smoke_test if project.commands else None
    environment = target.environment
    reason = (
        "sandbox.toml names none ([commands] smoke_test)"
        if named is None
        else f"environments/{environment.name}.toml has no [airflow]"
        if environment.airflow is None
        else "SMOKE_WAIT=0"
        if not minutes
        else ""
    )
    if named is None or reason:
        say(f"no smoke test: {reason}")
        return

    prefix = stack_prefix(project, environment)
    module, _, name = named.partition(":")
    deployed = Deployed(environment.name, target.session, environment.buckets.data, prefix, minutes * 60, say)
    try:
        getattr(project.module(module), name)(deployed)
    except SandboxError as error:
        raise SandboxError(
            f"a release that works: {error.expected}",
            f"{error.found} (the release is there)",
            f"{error.next_command}; or back: make rollback TARGET={environment.name}",
        ) from error
