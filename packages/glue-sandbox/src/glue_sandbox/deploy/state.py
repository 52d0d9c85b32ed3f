"""What the last deployment left behind: state/deployed.json, for later deployments and other commands."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from glue_sandbox.machine.private_files import made_private
from glue_sandbox.settings import Settings


class Deployed(BaseModel):
    """Names of the deployed resources."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    artifact_bucket: str
    tables: dict[str, str] = {}
    """Default name of a table → its name."""
    glue: dict[str, tuple[str, ...]] = {}
    """Type of a Glue resource, such as AWS::Glue::Job → names, in the order of the templates."""
    apis: dict[str, str] = {}
    """Name of an HTTP API → its id."""
    outputs: dict[str, str] = {}
    """Outputs of the stacks."""
    changed: tuple[str, ...] = ()
    """Stacks that were created or updated."""
    replaced: tuple[str, ...] = ()
    """Glue resources that no stack held: deleted, for a stack to make them."""

    @property
    def jobs(self) -> tuple[str, ...]:
        """Names of the Glue jobs."""
        return self.glue.get("AWS::Glue::Job", ())


class StackState(BaseModel):
    """Which stack was made, and a hash of its template and parameters."""

    model_config = ConfigDict(frozen=True)

    stack_id: str
    digest: str


class GlueResource(BaseModel):
    """A resource of Glue that no stack holds."""

    model_config = ConfigDict(frozen=True)

    type: str
    name: str
    properties: dict[str, Any]


class DeployState(BaseModel):
    """The file's content."""

    model_config = ConfigDict(frozen=True)

    deployed: Deployed | None = None
    stacks: dict[str, StackState] = {}
    glue: dict[str, GlueResource] = {}
    """By logical id; beside an emulator of the user's own."""


def read_deployed(settings: Settings) -> Deployed | None:
    """Return what is deployed, or None before the first deployment."""
    return read_state(settings).deployed


def read_state(settings: Settings) -> DeployState:
    """Return the last deployment's state; an empty one when none can be read, and all is applied again."""
    try:
        return DeployState.model_validate_json((settings.state / "deployed.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return DeployState()


def write_state(settings: Settings, state: DeployState) -> None:
    """Replace the state file, whole or not at all."""
    settings.make_state()
    unfinished = settings.state / "deployed.json.new"
    with made_private():
        unfinished.write_text(state.model_dump_json(indent=2), encoding="utf-8")
    unfinished.replace(settings.state / "deployed.json")
