"""What the last deployment left behind: state/deployed.json, for later deployments and other commands."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from glue_sandbox.private_files import made_private
from glue_sandbox.settings import Settings


class Deployed(BaseModel):
    """Names of the deployed resources."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    artifact_bucket: str
    tables: dict[str, str]
    topic_arn: str
    jobs: tuple[str, ...]
    crawler: str
    catalog_database: str
    trigger_function_arn: str
    dag_id: str
    changed: tuple[str, ...] = ()
    """Stacks that were created or updated."""
    replaced: tuple[str, ...] = ()
    """Glue resources that no stack held: deleted, for a stack to make them."""


class StackState(BaseModel):
    """Which stack was made, and a hash of its template and parameters."""

    model_config = ConfigDict(frozen=True)

    stack_id: str
    digest: str


class DeployState(BaseModel):
    """The file's content."""

    model_config = ConfigDict(frozen=True)

    deployed: Deployed | None = None
    stacks: dict[str, StackState] = {}


def read_deployed(settings: Settings) -> Deployed | None:
    """What is deployed, or None before the first deployment."""
    return read_state(settings).deployed


def read_state(settings: Settings) -> DeployState:
    """The last deployment's state; empty, so that all is applied anew, when there is none to read."""
    try:
        return DeployState.model_validate_json((settings.state / "deployed.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return DeployState()


def write_state(settings: Settings, state: DeployState) -> None:
    """Replace the state file at once, never by halves."""
    settings.make_state()
    unfinished = settings.state / "deployed.json.new"
    with made_private():
        unfinished.write_text(state.model_dump_json(indent=2), encoding="utf-8")
    unfinished.replace(settings.state / "deployed.json")
