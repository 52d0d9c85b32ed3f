"""What a start says of the deployment."""

from __future__ import annotations

import pytest

from glue_sandbox.deploy.state import Deployed
from glue_sandbox.settings import Settings
from glue_sandbox.startup import shared_steps


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ((), "unchanged"),
        (("jobs",), "1 stack created or changed"),
        (("jobs", "tables"), "2 stacks created or changed"),
    ],
)
def test_stacks_that_changed_are_counted(
    changed: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed = Deployed(bucket="b", artifact_bucket="a", changed=changed)
    monkeypatch.setattr(shared_steps, "deploy_resources", lambda _: deployed)
    assert shared_steps.deployment_step(Settings()).do() == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ((), "unchanged"),
        (("jobs",), "1 changed, used by every run from now on"),
        (("jobs", "tables"), "2 changed, used by every run from now on"),
    ],
)
def test_an_edited_script_is_said_to_be_that_of_the_pipeline_from_now_on(
    changed: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    deployed = Deployed(bucket="b", artifact_bucket="a", changed=changed)
    monkeypatch.setattr(shared_steps, "deploy_resources", lambda _: deployed)
    assert shared_steps.deploy_changes(Settings()) == deployed
    assert f"Scripts and resources: {said} (" in capsys.readouterr().out
