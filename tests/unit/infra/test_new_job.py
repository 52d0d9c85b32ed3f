"""The lines that `make run` offers for a script without a job: pasted, the job runs that script."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from deliveries import ROOT

from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.project.values import fill, setting_values
from glue_sandbox.deploy.templates import choose_parameters, load_template, parameter_text
from glue_sandbox.project.file import load_project
from glue_sandbox.scaffold.new_job import missing_job
from glue_sandbox.settings import Settings


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What of this project is deployed."""
    for folder in ("glue", "infra", "dags"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "sandbox.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("script", ["print('x')\n", "from pyspark.sql import SparkSession\n"])
def test_what_is_offered_deploys_when_pasted_and_runs_its_own_script(checkout: Path, script: str) -> None:
    (checkout / "glue/jobs/my_new_job.py").write_text(script)
    addition = missing_job(Settings(project=load_project(checkout / "sandbox.toml")), "my_new_job")
    assert addition is not None

    for lines in addition.lines:
        before = (checkout / lines.file).read_text()
        assert before.count(f"\n{lines.below}\n") == 1
        (checkout / lines.file).write_text(
            before.replace(f"\n{lines.below}\n", f"\n{lines.below}\n{lines.text}\n")
        )

    settings = Settings(project=load_project(checkout / "sandbox.toml"))
    assert settings.project.templates is not None
    uploaded = build_artifacts(settings.project).names
    known = {**setting_values(settings), **uploaded, **dict.fromkeys(("airflow_url", "airflow_user"), "x")}
    given = {
        name: fill(text, {**known, "airflow_password": "x"}, name)
        for name, text in settings.project.templates.parameters.items()
    }
    file = settings.project.template("jobs")
    template = load_template(file)
    parameters = choose_parameters(template, given, file)
    assert parameters["MyNewJobScriptKey"] == uploaded["job_my_new_job"]

    job = template["Resources"]["MyNewJob"]["Properties"]
    bucket = "s3://${ArtifactBucketName}/"
    assert job["Command"]["ScriptLocation"] == {"Fn::Sub": bucket + "${MyNewJobScriptKey}"}
    names = [
        str(parameter_text(resource["Properties"]["Name"], parameters))
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Glue::Job"
    ]
    assert sorted(names) == sorted({path.stem for path in (checkout / "glue/jobs").glob("*.py")})
