"""What was edited since it was deployed is known by its keys: no job is run, and nothing is uploaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from glue_sandbox.deploy import edited
from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.settings import Settings

SCRIPT = Path("glue/jobs/calculate_metrics_etl.py")
PACKAGE = Path("glue/music_streams")
OTHER = "0123456789abcdef"
"""In the place of a content's hash."""


def job(script: str, package: str) -> dict[str, Any]:
    """Return a job's definition, as Glue gives it."""
    return {
        "Command": {"ScriptLocation": f"s3://artifacts/{script}"},
        "DefaultArguments": {"--extra-py-files": f"s3://artifacts/{package}"},
    }


def of_another_content(key: str) -> str:
    """Return the key that this file had before it was edited."""
    folder, _, name = key.split("/")
    return f"{folder}/{OTHER}/{name}"


@pytest.mark.parametrize(
    ("is_script_edited", "is_package_edited", "told"),
    [
        (False, False, []),
        (True, False, [SCRIPT]),
        (False, True, [PACKAGE]),
        (True, True, [SCRIPT, PACKAGE]),
    ],
)
def test_what_differs_from_what_jobs_run_is_named_as_it_is_edited(
    *, is_script_edited: bool, is_package_edited: bool, told: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    names = build_artifacts(settings.project).names
    script, wheel, package = (
        names[name] for name in ("job_calculate_metrics_etl", "package_wheel", "package_zip")
    )
    if is_script_edited:
        script = of_another_content(script)
    if is_package_edited:
        wheel, package = of_another_content(wheel), of_another_content(package)

    jobs = [job(script, package), job(names["job_insert_metrics_dynamo"], wheel)]
    deployed = Deployed(bucket="b", artifact_bucket="a", glue={"AWS::Glue::Job": ("one", "two")})
    monkeypatch.setattr(edited, "read_deployed", lambda _: deployed)
    glue = MagicMock()
    glue.batch_get_jobs.return_value = {"Jobs": jobs}
    monkeypatch.setattr(edited, "client", lambda *_: glue)

    assert edited.edited_since_deployed(settings) == told
    glue.batch_get_jobs.assert_called_once_with(JobNames=["one", "two"])


def test_before_the_first_deployment_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edited, "read_deployed", lambda _: None)
    monkeypatch.setattr(edited, "client", lambda *_: pytest.fail("asked"))
    assert edited.edited_since_deployed(Settings()) == []
