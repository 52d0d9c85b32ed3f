"""The project file: where it is found, what it says, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox import hints
from glue_sandbox.airflow.dag_runs import open_airflow
from glue_sandbox.containers.services import expected_services, published_ports
from glue_sandbox.deploy.project.values import dag_variables, fill
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.services import mwaa_variables, services_of
from glue_sandbox.project.file import find_project, load_project
from glue_sandbox.settings import Settings
from glue_sandbox.status.view import print_addresses

SMALLEST = 'name = "small"\n[airflow]\ndag_id = "small"\n'


def project_file(folder: Path, text: str) -> Path:
    (folder / "dags").mkdir(exist_ok=True)
    (folder / "sandbox.toml").write_text(text)
    return folder / "sandbox.toml"


def test_it_is_found_from_any_folder_below(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    below = tmp_path / "dags" / "deeper"
    below.mkdir()
    assert find_project(below, {}) == file


def test_a_variable_names_another_project(tmp_path: Path) -> None:
    file = write_project(tmp_path / "other")
    write_project(tmp_path)
    for named in (file, file.parent):
        assert find_project(tmp_path, {"SANDBOX_PROJECT": str(named)}) == file
    with pytest.raises(SandboxError, match="SANDBOX_PROJECT or --project to name a folder with a file"):
        find_project(tmp_path, {"SANDBOX_PROJECT": str(tmp_path / "nowhere")})


def test_without_one_it_is_said_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_project(environ={}) is None
    with pytest.raises(SandboxError) as caught:
        load_project()
    assert caught.value.expected.startswith("a project: a file sandbox.toml")
    assert caught.value.found == f"none from {tmp_path} upwards"


def test_the_smallest_one_names_its_buckets_after_itself(tmp_path: Path) -> None:
    project = load_project(project_file(tmp_path, SMALLEST))
    assert (project.buckets.data, project.buckets.artifacts) == ("small", "small-artifacts")
    assert (project.region, project.dags) == ("us-east-1", tmp_path / "dags")
    assert (project.templates, project.package, project.commands) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ('[airflow]\ndag_id = "a"\n', "a key name in", "none"),
        ('name = "small"\n[airflow]\n', "a key airflow.dag_id in", "none"),
        ('name = "Small One"\n[airflow]\ndag_id = "a"\n', "name in", "name = 'Small One'"),
        (f'colour = "red"\n{SMALLEST}', "only known keys in", "colour = 'red'"),
        (f'{SMALLEST}[buckets]\ndata = "x"\n', "buckets.data in", "buckets.data = 'x'"),
        (f'{SMALLEST}[jobs.define.a]\nscript = "a.py"\ntype = "ray"\n', "jobs.define.a.type in", "= 'ray'"),
        (f'{SMALLEST}[jobs]\nscripts = "jobs"\n', "which jobs.scripts in", "nothing there"),
        (f'{SMALLEST}[templates]\nfolder = "infra"\norder = ["a"]\n', "which templates.order (a)", "nothing"),
        (
            f"{SMALLEST}[templates]\n",
            "one of: folder with order; cdk_out, which cdk synth writes; terraform",
            "= {}",
        ),
        (
            f'{SMALLEST}[templates]\nfolder = "infra"\norder = ["a"]\ncdk_out = "cdk.out"\n',
            "one of: folder with order; cdk_out, which cdk synth writes; terraform",
            "'cdk_out': 'cdk.out'",
        ),
        (
            f'{SMALLEST}[templates]\nfolder = "infra"\norder = ["a"]\nstacks = ["A"]\n',
            "stacks are those of cdk_out",
            "'stacks': ['A']",
        ),
        (f'{SMALLEST}[templates]\nfolder = "infra"\n', "both folder and order", "'folder': 'infra'"),
        (
            f'{SMALLEST}[templates]\nterraform = "tf"\nparameters = {{ A = "1" }}\n',
            "no parameters beside terraform",
            "'terraform': 'tf'",
        ),
        (f'{SMALLEST}[templates]\nterraform = "tf"\n', "which templates.terraform in", "nothing there"),
        (
            f'aws_endpoint = "http://localhost:4566"\n{SMALLEST}[templates]\ncdk_out = "cdk.out"\n',
            "{file} to be consistent",
            "the CloudFormation of an emulator at aws_endpoint knows no Glue jobs",
        ),
        (f'{SMALLEST}[commands]\nmodule = "m"\nnext = [""]\n', "commands.next.0 in", "commands.next.0 = ''"),
        (f"version = 2\n{SMALLEST}", "version = 1 in", "version = 2"),
        (f"{SMALLEST}[jobs.define.a]\n[jobs.define.a]\n", "to be a TOML file", "'a') twice (at line 5"),
        (
            f'{SMALLEST}[events.e]\nbucket = "missing"\ndag = "a"\n',
            "events.e.bucket in {file} to name one of [buckets]: small",
            "'missing'",
        ),
        (
            'name = "small"\n[events.e]\ndag = "d"\n',
            "a table [airflow] in {file}, for events.e.dag",
            "dag = 'd', and no Airflow to start it",
        ),
        (f'{SMALLEST}[events.e]\nprefix = "in/"\n', "either dag or function in events.e", "neither"),
        (
            f'{SMALLEST}[events.e]\ndag = "d"\nfunction = "f"\n[functions.f]\nfolder = "dags"\n',
            "either dag or function in events.e",
            "dag = 'd', function = 'f'",
        ),
        (
            f'databases = ["one", "two"]\n{SMALLEST}[crawlers.c]\ndatabase = "three"\npaths = ["s3://a/"]\n',
            "crawlers.c.database in {file} to name one of databases: one, two",
            "'three'",
        ),
        (
            f'databases = ["one"]\n{SMALLEST}[crawlers.c]\ndatabase = "one"\npaths = ["s3://missing/a/"]\n',
            "crawlers.c.paths in {file} to name one of [buckets]: small, small-artifacts",
            "'missing'",
        ),
        (
            f'{SMALLEST}[tables.t]\npartition = "a"\nnumbers = ["b"]\n',
            "tables.t.numbers in {file} to name one of the keys of tables.t: a",
            "'b'",
        ),
        (
            f'{SMALLEST}[jobs.define.a]\nscript = "sandbox.toml"\nrole = "admin"\n',
            "jobs.define.a.role in {file} to name one of [roles]: none is there",
            "'admin'",
        ),
        (f'{SMALLEST}[jobs.define.a]\nscript = ""\n', "which jobs.define.a.script in", "no such file"),
        (f'{SMALLEST}[roles.r]\npolicy = "r.json"\n', "which roles.r.policy in", "nothing there"),
        (f'{SMALLEST}[functions.f]\nfolder = "f"\n', "which functions.f.folder in", "nothing there"),
        (f'{SMALLEST}plugins = "plugins"\n', "which airflow.plugins in", "nothing there"),
        (f'{SMALLEST}python_path = ["include"]\n', "which airflow.python_path (include) in", "nothing there"),
        (f'{SMALLEST}variables = ["a"]\n', "airflow.variables in", "= ['a']"),
        ("name = small\n", "to be a TOML file", "line 1"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_and_what_was_found(
    tmp_path: Path, text: str, expected: str, found: str
) -> None:
    file = project_file(tmp_path, text)
    with pytest.raises(SandboxError) as caught:
        load_project(file)
    assert expected.format(file=file) in caught.value.expected
    assert str(file) in caught.value.expected
    assert found in caught.value.found
    assert caught.value.next_command


def test_without_a_table_airflow_a_project_is_glue_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "sandbox.toml").write_text('name = "small"\n[jobs.define.a]\nscript = "a.py"\n')
    settings = Settings(project=load_project(tmp_path / "sandbox.toml"), state=tmp_path / "state")
    assert list(services_of(settings)) == ["ministack", "glue"]
    assert expected_services(settings) == ["emulator", "glue"]
    assert published_ports(settings) == {"SANDBOX_PORT": "glue", "EMULATOR_PORT": "emulator"}
    assert mwaa_variables(settings, settings.airflow_url) == {}
    with pytest.raises(SandboxError, match=r"expected a project with a DAG: a table \[airflow\]"):
        open_airflow(settings)


def test_jobs_are_defined_in_templates_or_in_the_file(tmp_path: Path) -> None:
    both = '[templates]\nfolder = "."\norder = ["a"]\n[jobs.define.a]\nscript = "a.py"\n'
    with pytest.raises(SandboxError, match="resources are described in templates or here, not in both"):
        load_project(project_file(tmp_path, SMALLEST + both))


def test_the_dag_s_variables_name_settings_and_parameters_of_templates(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        "Parameters:\n  TopicName: {Type: String, Default: alerts}\nResources: {}\n"
    )
    text = (
        f'{SMALLEST}[airflow.environment]\nTOPIC = "arn:{{region}}:{{TopicName}}"\n'
        'BUCKET = "{data_bucket}"\n'
        '[airflow.variables]\nfolder = "s3://{data_bucket}"\n[airflow.connections]\naws_jobs = "aws://"\n'
    )
    file = project_file(tmp_path, f'{text}[templates]\nfolder = "."\norder = ["all"]\n')
    settings = Settings(project=load_project(file), data_bucket="mine")
    assert dag_variables(settings) == {
        "TOPIC": "arn:us-east-1:alerts",
        "BUCKET": "mine",
        "AIRFLOW_VAR_FOLDER": "s3://mine",
        "AIRFLOW_CONN_AWS_JOBS": "aws://",
    }


@pytest.mark.parametrize(
    ("commands", "following"),
    [
        ("", "glue-sandbox run · glue-sandbox logs · glue-sandbox down"),
        (
            '[commands]\nmodule = "mine"\nnext = ["make seed", "make kpis DATE=2024-06-25"]\n',
            "glue-sandbox seed · DATE=2024-06-25 glue-sandbox kpis · glue-sandbox logs · glue-sandbox down",
        ),
    ],
)
def test_what_to_type_next_is_the_project_s_own_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], commands: str, following: str
) -> None:
    project = load_project(project_file(tmp_path, SMALLEST + commands))
    hints.use(project.entrance)
    print_addresses(Settings(project=project, state=tmp_path))
    hints.use(hints.MAKE)
    last = " ".join(capsys.readouterr().out.split("Next")[1].split())
    assert last == following


def test_an_unknown_name_in_braces_is_named_with_the_known_ones() -> None:
    with pytest.raises(SandboxError) as caught:
        fill("s3://{bucket}/", {"data_bucket": "a", "region": "b"}, "airflow.environment.X")
    assert caught.value.expected == "airflow.environment.X in sandbox.toml to name one of data_bucket, region"
    assert caught.value.found == "{bucket}"
