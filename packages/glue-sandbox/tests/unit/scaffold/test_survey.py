"""`glue-sandbox init` in a repository: what it finds, what it says that it did not; it changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.scaffold.new_project import write_project

DAG = """
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk import DAG

BUCKET = "listens"

with DAG("listens_pipeline", schedule=None):
    GlueJobOperator(task_id="a", job_name="transform", script_args={"--bucket": BUCKET, "--day": "{{ ds }}"})
"""
SPARK_SCRIPT = """
import sys
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket", "day", "table"])
"""
WITH_DAG = {"dags/a.py": DAG, "jobs/transform.py": SPARK_SCRIPT}
SHELL_SCRIPT = """
import boto3
table = boto3.resource("dynamodb").Table("plays")
table.update_item(Key={"track_id": "a", "day": "b"}, UpdateExpression="SET x = 1")
boto3.client("s3").put_object(Bucket="listens-archive", Key="a", Body=b"")
"""


def written(root: Path, files: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Write a repository; return the proposed file, and what is said not to be found out."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    project = write_project(root, "listens")
    assert project.written == (root / "sandbox.toml",)
    assert {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} == {
        *files,
        "sandbox.toml",
    }
    assert all((root / name).read_text() == text for name, text in files.items())
    return (root / "sandbox.toml").read_text(), project.unknown


def test_dags_scripts_tables_and_buckets_are_found_by_their_literals(tmp_path: Path) -> None:
    files = {"workflows/pipeline.py": DAG, "jobs/transform.py": SPARK_SCRIPT, "jobs/load.py": SHELL_SCRIPT}
    text, unknown = written(tmp_path, files)
    project = load_project(tmp_path / "sandbox.toml")
    assert (project.airflow.dags, project.airflow.dag_id) == (Path("workflows"), "listens_pipeline")
    job = project.jobs.define["transform"]
    assert (job.script, job.type, job.arguments) == (Path("jobs/transform.py"), "glueetl", {})
    assert (project.tables["plays"].partition, project.tables["plays"].sort) == ("track_id", "day")
    assert (project.buckets.data, project.buckets.others) == ("listens", ("listens-archive",))
    assert '# TODO: arguments = { "--table" = "" }' in text
    assert unknown == (
        "which bucket is the one of the data: listens is taken for it",
        "arguments of transform: --table; no DAG gives them",
    )


def test_scripts_without_a_dag_are_a_project_of_glue_alone(tmp_path: Path) -> None:
    text, unknown = written(tmp_path, {"jobs/transform.py": SPARK_SCRIPT})
    project = load_project(tmp_path / "sandbox.toml")
    assert (list(project.jobs.define), project.has_dags) == (["transform"], False)
    assert "[airflow]" not in text
    assert (
        "a DAG: no file makes one, so the sandbox runs without Airflow; [airflow] with a dag_id adds it"
        in unknown
    )


def test_what_only_a_run_could_tell_is_said(tmp_path: Path) -> None:
    dag = """
import os
from airflow import DAG
from airflow.models import Variable
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
with DAG(os.environ["DAG_NAME"]) as dag:
    GlueJobOperator(task_id="a", job_name=Variable.get("job"))
    GlueJobOperator(task_id="b", job_name="not_here", script_args=dict(a="b"))
"""
    _, unknown = written(tmp_path, {"dags/a.py": dag, "jobs/broken.py": "import awsglue\ndef f(:\n"})
    assert unknown == (
        "what stands in jobs/broken.py:2: invalid syntax",
        "the id of a DAG in dags/a.py: it is no literal",
        "the name of the job that dags/a.py:7 starts: it is no literal",
        "what dags/a.py:8 gives to not_here: script_args is no literal",
        "the data bucket: it will be called listens",
        "the id of the DAG that `up` waits for: name it under [airflow]",
        "the script of the job not_here (dags/a.py:8): no file not_here.py is here",
        "whether not_here is a Spark job: it is taken for one",
    )


def test_two_scripts_of_one_job_are_said(tmp_path: Path) -> None:
    files = {"dags/a.py": DAG, "one/transform.py": SPARK_SCRIPT, "two/transform.py": SPARK_SCRIPT}
    _, unknown = written(tmp_path, files)
    assert "which script is the job transform: one/transform.py or two/transform.py" in unknown


def test_a_dag_of_airflow_2_is_found_with_its_variables(tmp_path: Path) -> None:
    dag = """
from airflow import DAG
from airflow.models import Variable
from airflow.providers.amazon.aws.operators.glue import AwsGlueJobOperator
bucket = Variable.get("bucket")
dag = DAG(dag_id="old", schedule_interval="@daily")
AwsGlueJobOperator(task_id="a", job_name="load", dag=dag)
"""
    text, unknown = written(tmp_path, {"dags/old.py": dag, "load.py": "print('no awsglue here')\n"})
    project = load_project(tmp_path / "sandbox.toml")
    assert (project.airflow.dag_id, project.airflow.version) == ("old", "2.11.2")
    assert 'version = "2.11.2"  # dags/old.py is written for Airflow 2' in text
    assert project.jobs.define["load"].type == "pythonshell"
    assert '# bucket = ""  # dags/old.py:5' in text
    assert "values for [airflow.variables]: bucket" in unknown


def test_a_crawler_that_a_dag_starts_is_asked_for(tmp_path: Path) -> None:
    dag = """
from airflow.providers.amazon.aws.operators.glue_crawler import GlueCrawlerOperator
from airflow.sdk import DAG
with DAG("crawling"):
    GlueCrawlerOperator(task_id="a", config={"Name": "listens"})
    GlueCrawlerOperator(task_id="b", config=dict(Name="other"))
"""
    _, unknown = written(tmp_path, {"dags/a.py": dag})
    assert "the name of the crawler that dags/a.py:6 starts: it is no literal" in unknown
    assert "the crawler listens (dags/a.py:5): describe it as [crawlers.listens]" in unknown


BY_BOTO3 = """
import boto3
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task
def start(job_name):
    boto3.client("glue").start_job_run(JobName=job_name)
@task
def crawl(name):
    boto3.client("glue").start_crawler(Name=name)
with DAG("direct"):
    clean = "clean_listens"
    PythonOperator(task_id="a", python_callable=start, op_kwargs={"job_name": clean})
    boto3.client("glue").start_crawler(Name="listens")
"""


def test_jobs_and_crawlers_that_tasks_start_by_boto3_are_found(tmp_path: Path) -> None:
    spark = "from pyspark.sql import SparkSession\n"
    text, unknown = written(tmp_path, {"dags/a.py": BY_BOTO3, "jobs/cleansing.py": spark})
    assert "[jobs.define.clean_listens]  # dags/a.py:12" in text
    assert "the name of the crawler that dags/a.py:9 starts: it is no literal" in unknown
    assert "the crawler listens (dags/a.py:13): describe it as [crawlers.listens]" in unknown
    script = "the script of the job clean_listens (dags/a.py:12): no file clean_listens.py is here"
    assert f"{script}; perhaps jobs/cleansing.py" in unknown


def test_a_job_that_a_task_starts_by_a_name_of_a_run_is_said(tmp_path: Path) -> None:
    dag = BY_BOTO3.replace('op_kwargs={"job_name": clean}', 'op_args=["clean_listens"]')
    _, unknown = written(tmp_path, {"dags/a.py": dag})
    assert "the name of the job that dags/a.py:6 starts: it is no literal" in unknown


def test_a_name_in_a_function_stands_for_its_text_unless_the_file_gives_it_two(tmp_path: Path) -> None:
    dag = """
from airflow.decorators import dag
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
@dag()
def one():
    name, other = "first", "second"
    GlueJobOperator(task_id="a", job_name=name)
    GlueJobOperator(task_id="b", job_name=other)
def two():
    other = "third"
"""
    text, unknown = written(tmp_path, {"dags/a.py": dag})
    assert "[jobs.define.first]" in text
    assert "the name of the job that dags/a.py:8 starts: it is no literal" in unknown


ASTRO = """
airflow:
  variables:
    - variable_name: bucket
      variable_value: listens
"""
WITH_VARIABLES = """
from airflow.sdk import DAG, Variable
from include.names import PREFIX
with DAG("astro"):
    print(Variable.get("bucket"), Variable.get("folder"))
"""


def test_astro_s_settings_plugins_and_root_are_pointed_at(tmp_path: Path) -> None:
    files = {
        "dags/a.py": WITH_VARIABLES,
        "plugins/macros.py": "",
        "include/names.py": "",
        "airflow_settings.yaml": ASTRO,
    }
    _, unknown = written(tmp_path, files)
    airflow = load_project(tmp_path / "sandbox.toml").airflow
    assert (airflow.plugins, airflow.python_path) == (Path("plugins"), (Path(),))
    assert airflow.variables == {"bucket": "listens"}
    assert "values for [airflow.variables]: folder" in unknown


def test_settings_of_astro_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    _, unknown = written(tmp_path, {"dags/a.py": WITH_VARIABLES, "airflow_settings.yaml": "airflow: [a]\n"})
    assert "what stands in airflow_settings.yaml: airflow = ['a']" in unknown
    assert "values for [airflow.variables]: bucket, folder" in unknown


TERRAFORM = """
resource "aws_s3_bucket" "data" {
  bucket = "listens-data"
}
resource "aws_dynamodb_table" "plays" {
  name      = "plays"
  hash_key  = "track_id"
  range_key = "played_at"
  attribute {
    name = "track_id"
    type = "S"
  }
  attribute {
    name = "played_at"
    type = "N"
  }
}
resource "aws_glue_job" "load" {
  name = "load"
  command {
    name            = "pythonshell"
    script_location = "s3://${aws_s3_bucket.code.bucket}/jobs/loader.py"
  }
}
"""


def test_terraform_names_jobs_tables_and_buckets(tmp_path: Path) -> None:
    written(tmp_path, {"main.tf": TERRAFORM, "src/loader.py": "import awsglue\n", **WITH_DAG})
    project = load_project(tmp_path / "sandbox.toml")
    table = project.tables["plays"]
    assert (table.partition, table.sort, table.numbers) == ("track_id", "played_at", ("played_at",))
    assert (project.jobs.define["load"].script, project.jobs.define["load"].type) == (
        Path("src/loader.py"),
        "pythonshell",
    )
    assert project.buckets.data == "listens-data"


CDK = """{"Resources": {"Job": {"Type": "AWS::Glue::Job", "Properties": {"Name": "load", "Command": {
"Name": "pythonshell", "ScriptLocation": {"Fn::Join": ["", ["s3://", {"Ref": "B"}, "/load.py"]]}},
"DefaultArguments": {"--mode": "fast"}}},
"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Ref": "P"}}}}}"""


def test_cdk_output_names_jobs_and_says_which_names_are_no_literals(tmp_path: Path) -> None:
    files = {"cdk.out/Stack.template.json": CDK, "cdk.out/manifest.json": "{}", "load.py": "import awsglue\n"}
    files |= WITH_DAG
    _, unknown = written(tmp_path, files)
    job = load_project(tmp_path / "sandbox.toml").jobs.define["load"]
    assert (job.script, job.type, job.arguments) == (Path("load.py"), "pythonshell", {"--mode": "fast"})
    assert "the name of a table in cdk.out/Stack.template.json: it is no literal" in unknown
    assert any('then [templates] with cdk_out = "cdk.out" takes the place' in each for each in unknown)


def test_templates_that_describe_jobs_are_pointed_at(tmp_path: Path) -> None:
    template = "Resources:\n  Job:\n    Type: AWS::Glue::Job\n    Properties: {Name: load}\n"
    _, unknown = written(tmp_path, {"infra/jobs.yaml": template, "dags/a.py": DAG})
    templates = load_project(tmp_path / "sandbox.toml").templates
    assert templates is not None
    assert (templates.folder, templates.order) == (Path("infra"), ("jobs",))
    assert unknown == ("the order of the templates, and values of their parameters: [templates.parameters]",)


def test_a_lambda_function_is_found_and_what_calls_it_is_asked_for(tmp_path: Path) -> None:
    function = "def lambda_handler(event, context):\n    return {}\n"
    _, unknown = written(tmp_path, {**WITH_DAG, "on_upload/lambda_function.py": function})
    assert load_project(tmp_path / "sandbox.toml").functions["on_upload"].folder == Path("on_upload")
    assert "what calls the function on_upload: describe it under [events]" in unknown


def test_what_is_beside_no_dag_and_no_job_is_said_to_be_left_out(tmp_path: Path) -> None:
    crawler = 'resource "aws_glue_crawler" "c" {\n  name = "listens"\n}\n'
    bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = var.name\n}\n'
    (tmp_path / "main.tf").write_text(crawler + bucket)
    assert write_project(tmp_path).unknown == (
        "the crawler listens (main.tf): the example leaves it out",
        "the name of a bucket in main.tf: it is no literal",
    )


def test_an_empty_folder_gets_an_example(tmp_path: Path) -> None:
    project = write_project(tmp_path, "My Project")
    assert [str(path.relative_to(tmp_path)) for path in project.written] == [
        "sandbox.toml",
        "dags/hello.py",
        "jobs/hello.py",
    ]
    assert project.unknown == ()
    assert load_project(tmp_path / "sandbox.toml").name == "my-project"
    with pytest.raises(SandboxError, match=r"expected a folder without sandbox\.toml"):
        write_project(tmp_path)


PREFIXES = """
import boto3
ROOT = "music"
KINDS = ROOT + "/"
SONGS = f"{KINDS}songs/"
def read(bucket, day):
    return f"s3://{bucket}/{ROOT}/user_streams/", f"{ROOT}/output/songs/", f"{ROOT}/{day}/genres/"
boto3.client("s3").get_object(Bucket="listens", Key="reference/countries.csv")
"""


def test_sample_data_goes_where_its_name_tells_and_the_rest_is_asked_for(tmp_path: Path) -> None:
    samples = (
        *("data/sample_songs.csv", "data/countries.csv", "data/genres.csv", "data/unknown.parquet"),
        *("samples/streams/1.csv", "samples/streams/2.csv.gz", "tests/data/songs.csv", "notes/readme.txt"),
    )
    files = WITH_DAG | {"jobs/load.py": PREFIXES} | dict.fromkeys(samples, "")
    text, unknown = written(tmp_path, files)
    seed = load_project(tmp_path / "sandbox.toml").seed
    assert {name: (table.files, table.to) for name, table in seed.items()} == {
        "reference": (("data/countries.csv",), "reference/"),
        "songs": (("data/sample_songs.csv",), "music/songs/"),
        "user_streams": (("samples/streams",), "music/user_streams/"),
    }
    assert "[seed.songs]  # jobs/load.py:5" in text
    assert '# files = ["data/genres.csv", "data/unknown.parquet"]' in text
    assert "whether sample data goes where [seed] says: it was told by names alone" in unknown
    assert (
        "where sample data goes: data/genres.csv, data/unknown.parquet; describe it under [seed]" in unknown
    )


def test_of_two_folders_that_could_be_meant_neither_is(tmp_path: Path) -> None:
    script = 'import awsglue\nA, B = "raw/songs/", "landing/songs/"\n'
    _, unknown = written(tmp_path, {"jobs/transform.py": script, "data/songs.csv": ""})
    assert load_project(tmp_path / "sandbox.toml").seed == {}
    assert "where sample data goes: data/songs.csv; describe it under [seed]" in unknown


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"tests/unit/test_a.py": ""}, "pytest tests"),
        ({"test/a_test.py": ""}, "pytest test"),
        (
            {"tests/test_a.py": "", "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n"},
            "pytest",
        ),
        ({"tests/test_a.py": "", "test/test_b.py": ""}, "pytest"),
        ({"etl/test_a.py": ""}, "pytest"),
    ],
)
def test_tests_are_run_where_pytest_would_not_look_by_itself(
    files: dict[str, str], command: str, tmp_path: Path
) -> None:
    written(tmp_path, WITH_DAG | files)
    assert load_project(tmp_path / "sandbox.toml").tests.command == command


def test_init_names_the_commands_that_it_has_found_something_for(tmp_path: Path) -> None:
    for name, files in {
        "bare": WITH_DAG,
        "full": WITH_DAG | {"jobs/load.py": PREFIXES, "songs.csv": "", "tests/test_a.py": ""},
    }.items():
        for file, text in files.items():
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(text)
    assert write_project(tmp_path / "bare").next_commands == ("glue-sandbox up", "glue-sandbox run JOB")
    assert write_project(tmp_path / "full").next_commands == (
        *("glue-sandbox up", "glue-sandbox seed", "glue-sandbox run JOB", "glue-sandbox test"),
    )


THREE_JOBS = """
from airflow.providers.amazon.aws.operators.glue import GlueJobOperator
from airflow.sdk import DAG
with DAG("three"):
    for task, name in (("a", 1), ("b", 2)):
        pass
    GlueJobOperator(task_id="a", job_name="validate_stream_data")
    GlueJobOperator(task_id="b", job_name="transform-streams")
    GlueJobOperator(task_id="c", job_name="load_plays_job")
    GlueJobOperator(task_id="d", job_name="load_songs_job")
"""


def test_a_script_that_shares_a_word_with_one_job_alone_is_proposed_and_said_to_be_a_guess(
    tmp_path: Path,
) -> None:
    files = {
        "dags/a.py": THREE_JOBS,
        "glue/validate.py": "import pandas\n",
        "glue/transform.py": SPARK_SCRIPT,
        "glue/load.py": "import boto3\n",
        "glue/job_helpers.py": "import boto3\n",
    }
    text, unknown = written(tmp_path, files)
    assert 'script = "glue/validate.py"\ntype = "pythonshell"' in text
    assert 'script = "glue/transform.py"\ntype = "glueetl"' in text
    assert "[jobs.define.transform]" not in text
    assert '# TODO: arguments = { "--bucket" = "", "--day" = "", "--table" = "" }' in text
    guess = "whether glue/validate.py is the script of the job validate_stream_data: it was told by its name"
    assert guess in unknown
    assert "the script of the job load_plays_job (dags/a.py:9): no file load_plays_job.py is here" in unknown


MADE_BY_SCRIPT = """
import boto3
boto3.client("dynamodb").create_table(TableName="plays", KeySchema=[
    {"AttributeName": "played_at", "KeyType": "RANGE"}, {"AttributeName": "track", "KeyType": "HASH"}])
ensure("songs", key_schema=[{"AttributeName": "track", "KeyType": "HASH"}])
boto3.resource("dynamodb").Table("songs")
boto3.resource("dynamodb").Table("plays").get_item(Key={"track": "a", "played_at": "b"})
"""


def test_keys_are_those_of_the_tables_that_a_script_makes(tmp_path: Path) -> None:
    _, unknown = written(tmp_path, WITH_DAG | {"jobs/load.py": MADE_BY_SCRIPT})
    tables = load_project(tmp_path / "sandbox.toml").tables
    assert {name: table.keys for name, table in tables.items()} == {
        "songs": ("track",),
        "plays": ("track", "played_at"),
    }
    assert not [each for each in unknown if "keys" in each]


def test_requirements_at_the_root_are_asked_about(tmp_path: Path) -> None:
    text, unknown = written(tmp_path, WITH_DAG | {"requirements.txt": "pandas\n"})
    assert '# requirements = "requirements.txt"  # TODO: if DAGs import packages of it' in text
    assert "whether DAGs import packages of requirements.txt: airflow.requirements" in unknown


ROOT_MODULE = 'provider "aws" {\n  region = "eu-west-1"\n}\n'


def test_where_terraform_describes_all_its_folder_is_pointed_at(tmp_path: Path) -> None:
    crawler = 'resource "aws_glue_crawler" "c" {\n  name = "listens"\n}\n'
    files = {"proj/main.tf": ROOT_MODULE, "proj/modules/crawler/main.tf": crawler, "qa/main.tf": ROOT_MODULE}
    _, unknown = written(tmp_path, files)
    project = load_project(tmp_path / "sandbox.toml")
    assert project.terraform == tmp_path / "proj"
    assert unknown == (
        "which Terraform folder is meant: proj; there are also qa",
        "values of Terraform's variables, for: glue-sandbox terraform, then terraform apply",
    )


def test_beside_jobs_terraform_is_asked_about(tmp_path: Path) -> None:
    _, unknown = written(tmp_path, WITH_DAG | {"main.tf": ROOT_MODULE})
    assert load_project(tmp_path / "sandbox.toml").templates is None
    assert any('then [templates] with terraform = "." takes the place' in each for each in unknown)
