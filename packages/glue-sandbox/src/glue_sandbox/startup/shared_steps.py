"""What a start does in both modes, once the services answer: the resources, and Airflow's look at the DAG."""

from __future__ import annotations

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.airflow.environment import load_secrets
from glue_sandbox.containers.env_files import API_SERVER
from glue_sandbox.deploy.deployment import deploy
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.services import AIRFLOW
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings
from glue_sandbox.startup.steps import Step
from glue_sandbox.status.status import airflow_password
from glue_sandbox.terminal.console import last_words, step
from glue_sandbox.terminal.words import counted

DAG_SECONDS = 60.0


def refuse_other_settings(settings: Settings) -> None:
    """A sandbox that runs cannot be moved: half of it would stay where it is.

    Raises:
        SandboxError: a setting differs from the one that the sandbox runs with; names both values.
    """
    differing = settings.differing()
    if differing:
        raise SandboxError(
            f"{', '.join(f'{name}={before}' for name, (before, _) in differing.items())}, as it runs",
            ", ".join(f"{name}={now}" for name, (_, now) in differing.items()),
            "make down, then repeat the command",
        )


def wait_until_dag_is_read(settings: Settings) -> None:
    """After all is up, and without stopping anything: a broken DAG is corrected while Airflow runs."""
    runs = "the sandbox runs, and Airflow reads the DAG by itself; see it: make status, stop it: make down"
    with last_words(runs), step("DAG") as running, open_dag(settings) as dag:
        dag.wait_until_read(DAG_SECONDS)
        running.result = "read by Airflow"


def deploy_resources(settings: Settings) -> Deployed:
    """Bring bucket, tables, jobs and so on to what the project describes; what is unchanged is skipped."""
    return deploy(
        settings,
        airflow_url=API_SERVER if settings.in_containers else settings.airflow_url,
        airflow_user=settings.project.airflow.user,
        airflow_password=airflow_password(settings) or load_secrets(settings.state / AIRFLOW).admin_password,
    )


def deploy_changes(settings: Settings) -> Deployed:
    """Bring what was edited since the start to the running sandbox, and say how much that was."""
    with step("Scripts and resources") as running:
        deployed = deploy_resources(settings)
        changed = len(deployed.changed)
        running.result = f"{changed} changed, used by every run from now on" if changed else "unchanged"
    return deployed


def deployment_step(settings: Settings) -> Step:
    """Return the deployment as a step of a start."""
    templates = settings.project.templates
    title = f"Resources of {templates.place}/" if templates else f"Resources of {FILE}"

    def deploy_with_progress() -> str:
        deployed = deploy_resources(settings)
        if templates and templates.terraform:
            return (
                f"Terraform makes them (glue-sandbox terraform); {counted(len(deployed.jobs), 'job')} so far"
            )
        changed = len(deployed.changed)
        lost = f"; recreated, run history lost: {', '.join(deployed.replaced)}" if deployed.replaced else ""
        return (f"{counted(changed, 'stack')} created or changed" if changed else "unchanged") + lost

    return Step(deploy_with_progress, title)
