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
