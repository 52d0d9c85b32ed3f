"""A script without a job: the lines to paste are those of a job of its kind, with its names."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pytest

from glue_sandbox.deploy.state import Deployed
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs import job_run
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.scaffold.new_job import Lines, missing_job
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.visible_text import VisibleConsole

TEMPLATE = """Resources:
  ShellJob:
    Type: AWS::Glue::Job
    Properties:
      Name: shell_job
      Description: Does this.
      Command:
        # A comment on it.
        Name: pythonshell
        ScriptLocation: !Sub s3://${Bucket}/${Prefix}/shell_job.py
      MaxCapacity: 0.0625

  SparkJob:
    Type: AWS::Glue::Job
    Properties:
      Name: spark_job
      Command:
        Name: glueetl
        ScriptLocation: !Sub s3://${Bucket}/${Prefix}/spark_job.py
Outputs:
  Role:
    Value: x
"""
SHELL = """  MyNewJob:
    Type: AWS::Glue::Job
    Properties:
      Name: my_new_job
      Command:
        Name: pythonshell
        ScriptLocation: !Sub s3://${Bucket}/${Prefix}/my_new_job.py
      MaxCapacity: 0.0625"""
SPARK = """  MyNewJob:
    Type: AWS::Glue::Job
    Properties:
      Name: my_new_job
      Command:
        Name: glueetl
        ScriptLocation: !Sub s3://${Bucket}/${Prefix}/my_new_job.py"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/jobs.yaml").write_text(TEMPLATE)
    (tmp_path / "scripts").mkdir()
    project = Project.model_validate(
        {
            "root": tmp_path,
            "name": "project",
            "airflow": {"dags": "dags", "dag_id": "d"},
            "jobs": {"scripts": "scripts"},
            "templates": {"folder": "infra", "order": ["jobs"]},
        }
    )
    return Settings(project=project)


@pytest.mark.parametrize(
    ("script", "lines"), [("import boto3\n", SHELL), ("from pyspark.sql import SparkSession\n", SPARK)]
)
def test_the_lines_are_those_of_a_job_of_its_kind(settings: Settings, script: str, lines: str) -> None:
    (settings.root / "scripts/my_new_job.py").write_text(script)
    addition = missing_job(settings, "my_new_job")
    assert addition is not None
    assert addition.lines == (Lines(Path("infra/jobs.yaml"), "Resources:", lines),)
    assert addition.script == Path("scripts/my_new_job.py")


def test_a_job_whose_script_a_parameter_names_has_a_parameter_of_its_own(settings: Settings) -> None:
    template = TEMPLATE.replace("${Prefix}/shell_job.py", "${ShellJobScriptKey}").replace(
        "Resources:",
        "Parameters:\n  ShellJobScriptKey:\n    Type: String\n    Description: Key of shell_job.py."
        "\nResources:",
    )
    (settings.root / "infra/jobs.yaml").write_text(template)
    parameters = {"Bucket": "{data_bucket}", "ShellJobScriptKey": "{job_shell_job}"}
    templates = settings.project.templates
    assert templates is not None
    project = settings.project.model_copy(
        update={"templates": templates.model_copy(update={"parameters": parameters})}
    )
    (settings.root / "scripts/my-new_job.py").write_text("import boto3\n")

    addition = missing_job(settings.model_copy(update={"project": project}), "my-new_job")
    assert addition is not None
    assert [(str(lines.file), lines.below) for lines in addition.lines] == [
        ("infra/jobs.yaml", "Parameters:"),
        ("infra/jobs.yaml", "Resources:"),
        ("sandbox.toml", "[templates.parameters]"),
    ]
    assert [lines.text for lines in addition.lines] == [
        "  MyNewJobScriptKey:\n    Type: String\n    Description: Key of my-new_job.py.",
        SHELL.replace("${Prefix}/my_new_job.py", "${MyNewJobScriptKey}").replace("my_new_job", "my-new_job"),
        'MyNewJobScriptKey = "{job_my_new_job}"',
    ]


def test_a_job_that_could_not_run_its_own_script_is_not_offered(settings: Settings) -> None:
    (settings.root / "infra/jobs.yaml").write_text(re.sub(r"\$\{Prefix\}.*", "${SomeKey}", TEMPLATE))
    (settings.root / "scripts/my_new_job.py").write_text("import boto3\n")
    assert missing_job(settings, "my_new_job") is None


DEFINED = """name = "project"
[airflow]
dag_id = "d"
dags = "dags"
[jobs.define.load]
script = "etl/glue/load.py"
type = "pythonshell"
python_version = "3.9"
arguments = { "--bucket" = "{data_bucket}", "--said" = 'a "b"' }
[jobs.define."sp.ark"]
script = "etl/glue/spark.py"
role = "glue-role"
connections = ["db"]
workers = 3
[connections.db]
properties = {}
[roles.glue-role]
policy = "etl/role.json"
"""
OF_SHELL = """[jobs.define.my_new_job]
script = "etl/glue/my_new_job.py"
type = "pythonshell"
arguments = { "--bucket" = "{data_bucket}", "--said" = "a \\"b\\"" }
python_version = "3.9\""""
OF_SPARK = """[jobs.define."my.new_job"]
script = "etl/glue/my.new_job.py"
role = "glue-role"
connections = ["db"]
workers = 3
type = "glueetl\""""


@pytest.mark.parametrize(
    ("job", "script", "lines", "like"),
    [
        ("my_new_job", "import boto3\n", OF_SHELL, "load"),
        ("my.new_job", "from pyspark.sql import SparkSession\n", OF_SPARK, "sp.ark"),
    ],
)
def test_without_templates_they_are_a_table_of_the_project_file_and_do_when_pasted(
    job: str, script: str, lines: str, like: str, tmp_path: Path
) -> None:
    (tmp_path / "etl/glue").mkdir(parents=True)
    (tmp_path / "dags").mkdir()
    for name in ("etl/glue/load.py", "etl/glue/spark.py", "etl/role.json"):
        (tmp_path / name).touch()
    file = tmp_path / "sandbox.toml"
    file.write_text(DEFINED)
    (tmp_path / f"etl/glue/{job}.py").write_text(script)

    addition = missing_job(Settings(project=load_project(file)), job)
    assert addition is not None
    assert addition.lines == (Lines(Path("sandbox.toml"), "", lines),)

    file.write_text(f"{DEFINED}\n{lines}\n")
    defined = load_project(file).jobs.define
    assert defined[job] == defined[like].model_copy(update={"script": Path(f"etl/glue/{job}.py")})


def test_make_run_says_where_the_table_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project.model_validate({"root": tmp_path, "name": "project", "jobs": {"scripts": "."}})
    (tmp_path / "first.py").write_text("import boto3\n")
    deployed = Deployed(bucket="b", artifact_bucket="a")
    monkeypatch.setattr(job_run, "must_run", lambda _: {})
    monkeypatch.setattr(job_run, "read_deployed", lambda _: deployed)
    monkeypatch.setattr(job_run, "deploy_changes", lambda _: deployed)
    with pytest.raises(SandboxError) as caught:
        job_run.run_job(Settings(project=project), "first", [])
    assert capsys.readouterr().out.splitlines() == [
        "",
        "# to sandbox.toml, at its end",
        "[jobs.define.first]",
        'script = "first.py"',
        'type = "pythonshell"',
        "",
    ]
    assert caught.value.next_command == "add the lines above to sandbox.toml, then: make run JOB=first"


def test_a_project_without_any_job_has_its_first_one_offered(tmp_path: Path) -> None:
    project = Project.model_validate(
        {"root": tmp_path, "name": "project", "airflow": {"dag_id": "d"}, "jobs": {"scripts": "."}}
    )
    (tmp_path / "first.py").write_text("import boto3\n")
    addition = missing_job(Settings(project=project), "first")
    assert addition is not None
    assert addition.lines[0].text == '[jobs.define.first]\nscript = "first.py"\ntype = "pythonshell"'


def test_a_name_without_a_script_has_none(settings: Settings) -> None:
    assert missing_job(settings, "my_new_job") is None


@pytest.mark.parametrize("width", [60, 160])
def test_make_run_prints_them_whole_to_be_pasted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    long = "        ScriptLocation: !Sub s3://${Bucket}/${Prefix}/a/folder/with/a/long/name/my_new_job.py"
    (settings.root / "infra/jobs.yaml").write_text(
        TEMPLATE.replace("${Prefix}/", long.split("Bucket}/")[1][:-13])
    )
    (settings.root / "scripts/my_new_job.py").write_text("import boto3\n")
    deployed = Deployed(bucket="b", artifact_bucket="a", glue={"AWS::Glue::Job": ("shell_job",)})
    monkeypatch.setattr(job_run, "must_run", lambda _: {})
    monkeypatch.setattr(job_run, "read_deployed", lambda _: deployed)
    wants_a_run = SandboxError("a run whose files the job can work on", "none yet", "make seed")
    monkeypatch.setattr(job_run, "project_arguments", Mock(side_effect=wants_a_run))
    screen = StringIO()
    console = VisibleConsole(file=screen, width=width, force_terminal=True, color_system=None)
    monkeypatch.setattr(job_run, "out", console)

    with pytest.raises(SandboxError) as caught:
        job_run.run_job(settings, "my_new_job", [])
    assert len(long) > 60
    assert screen.getvalue().splitlines() == [
        "",
        "# to infra/jobs.yaml, below Resources:",
        *[long if "ScriptLocation" in line else line for line in SHELL.splitlines()],
        "",
    ]
    assert caught.value.found == "scripts/my_new_job.py, which is no job yet"
    assert (
        caught.value.next_command == "add the lines above to infra/jobs.yaml, then: make run JOB=my_new_job"
    )


@pytest.mark.parametrize(
    ("job", "words", "found", "next_command"),
    [
        ("", [], "none", "make run JOB=spark_job"),
        ("Shell_jop", [], "Shell_jop", "make run JOB=shell_job"),
        ("shell_jo", [], "shell_jo", "make run JOB=shell_job"),
        ("spark_job", ["x"], "ARGS=x", 'make run ARGS="--batch_id x"'),
    ],
)
def test_make_run_uploads_nothing_before_it_knows_what_is_meant(
    job: str,
    words: list[str],
    found: str,
    next_command: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployed = Deployed(bucket="b", artifact_bucket="a", glue={"AWS::Glue::Job": ("spark_job", "shell_job")})
    monkeypatch.setattr(job_run, "must_run", lambda _: {})
    monkeypatch.setattr(job_run, "read_deployed", lambda _: deployed)
    monkeypatch.setattr(job_run, "deploy_changes", lambda _: pytest.fail("uploaded"))
    with pytest.raises(SandboxError) as caught:
        job_run.run_job(settings, job, words)
    assert (caught.value.found, caught.value.next_command) == (found, next_command)
