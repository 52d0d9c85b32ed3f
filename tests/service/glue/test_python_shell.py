"""Python shell runs: the script really runs, and its outcome is the run's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from service.glue.support import BUCKET, ROOT, Stage, zipped

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_a_script_that_ends_well_succeeds(stage: Stage, s3: S3Client) -> None:
    script = f"import boto3; boto3.client('s3').put_object(Bucket='{BUCKET}', Key='made-by-job', Body=b'yes')"
    job = stage.job(script, DefaultArguments={"--job-bookmark-option": "job-bookmark-disable"})
    run = stage.finish(job)
    assert run["JobRunState"] == "SUCCEEDED"
    assert "bookmark" not in "".join(stage.lines(run, "error"))
    assert s3.get_object(Bucket=BUCKET, Key="made-by-job")["Body"].read() == b"yes"
    assert run["LogGroupName"] == "/aws-glue/python-jobs"
    assert run["Attempt"] == 0
    assert run["StartedOn"] <= run["CompletedOn"]
    assert "ErrorMessage" not in run


def test_a_failure_carries_the_scripts_own_last_error_line(stage: Stage) -> None:
    job = stage.job(
        "def parse(day):\n    raise ValueError('no such day: ' + day)\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    parse('2024-13-01')\n"
    )
    run = stage.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ValueError: no such day: 2024-13-01"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; sys.exit(3)", "Command failed with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "Command failed with exit code 137"),
        ("def f(:\n    pass", "SyntaxError: invalid syntax"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit('gave up')", "Command failed with exit code 1"),
        ("import botocore.exceptions as e\nraise e.NoRegionError()", "botocore.exceptions.NoRegionError: "),
    ],
)
def test_every_way_to_fail_has_its_message(stage: Stage, script: str, message: str) -> None:
    run = stage.finish(stage.job(script))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(message)


def test_a_missing_script_fails_and_names_the_object(stage: Stage) -> None:
    location = f"s3://{BUCKET}/no/such/script.py"
    job = stage.job("", Command={"Name": "pythonshell", "ScriptLocation": location})
    run = stage.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(f"LAUNCH ERROR | File does not exist: {location}")


def test_extra_py_files_are_importable_as_zip_wheel_and_module(stage: Stage) -> None:
    files = [
        stage.upload(zipped(from_zip="name = 'zip'"), ".zip"),
        stage.upload(zipped(from_wheel="name = 'wheel'"), "-1.0-py3-none-any.whl"),
    ]
    module = stage.upload("name = 'module'")
    stem = Path(module).stem
    script = (
        "import importlib, json, from_zip, from_wheel\n"
        f"module = importlib.import_module('{stem}')\n"
        "print(json.dumps([from_zip.name, from_wheel.name, module.name]))"
    )
    job = stage.job(script, DefaultArguments={"--extra-py-files": ",".join([*files, module])})
    assert stage.printed_json(stage.finish(job)) == ["zip", "wheel", "module"]


def test_extra_files_lie_in_the_working_folder(stage: Stage) -> None:
    location = stage.upload("a,b\n", ".csv")
    job = stage.job(
        "import json, os; print(json.dumps(os.listdir()))", DefaultArguments={"--extra-files": location}
    )
    assert stage.printed_json(stage.finish(job)) == [Path(location).name]


def test_nothing_of_the_machine_or_the_service_leaks_into_the_scripts_environment(
    own_stage: Callable[..., Stage], tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\n"
    )
    nowhere = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"), "http://127.0.0.1:9")
    of_python = {"PYTHONSTARTUP": "x.py", "PYTHONWARNINGS": "error", "VIRTUAL_ENV": "/x"}
    of_java = {"JAVA_TOOL_OPTIONS": "-Dx=1", "SPARK_CONF_DIR": "/x", "HADOOP_CONF_DIR": "/x"}
    stage = own_stage(HOME=str(tmp_path), AWS_SESSION_TOKEN="x", **nowhere, **of_python, **of_java)
    shown = "import boto3, json, os, sys\n"
    shown += "print(json.dumps([dict(os.environ), boto3.Session().region_name, sys.path]))"
    env, region, path = stage.printed_json(stage.finish(stage.job(shown)))
    of_aws = {"AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "AWS_REGION", "AWS_DEFAULT_REGION"}
    of_the_role = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    of_python_here = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    usual = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"}
    assert set(env) - {"JAVA_HOME"} == of_aws | of_the_role | of_python_here | usual
    assert env["AWS_ENDPOINT_URL"] == stage.url
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == region == "us-east-1"
    assert env["AWS_SESSION_TOKEN"] != "x"
    assert env["HOME"] != str(tmp_path)
    assert not {str(ROOT), str(ROOT / "glue"), ""} & set(path)


def test_the_runs_folder_is_gone_afterwards(stage: Stage) -> None:
    run = stage.finish(stage.job("import os; print('in', os.getcwd())"))
    folder = Path(stage.lines(run)[0].removeprefix("in "))
    assert run["Id"] in str(folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        (
            {"DefaultArguments": {"--job-bookmark-option": "job-bookmark-enable"}},
            "Job bookmarks are not built into the local Glue service yet, found --job-bookmark-option "
            "job-bookmark-enable. Set it to job-bookmark-disable",
        ),
        (
            {"command": "gluestreaming"},
            "runs glueetl and pythonshell jobs, not gluestreaming: a stream never ends",
        ),
        ({"command": "glueray"}, "runs glueetl and pythonshell jobs, not glueray: Ray is not installed here"),
        (
            {"command": "glueetl", "GlueVersion": "2.0"},
            "Glue 2.0 ended on April 1, 2026: set GlueVersion to 3.0 or later.",
        ),
        ({"DefaultArguments": {"--class": "Main"}}, "found --class Main, the main class of a Scala job"),
        (
            {"DefaultArguments": {"--job-language": "scala"}},
            "runs Python scripts, found --job-language scala",
        ),
        ({"Command": {"Name": "pythonshell", "PythonVersion": "2"}}, "runs Python 3, found PythonVersion 2"),
        ({"DefaultArguments": {"--datalake-formats": "iceberg"}}, "The jars of --datalake-formats iceberg"),
    ],
)
def test_what_cannot_be_run_fails_with_the_reason(
    stage: Stage, definition: dict[str, str], reason: str
) -> None:
    run = stage.finish(stage.job("print('ran')", **definition))
    assert run["JobRunState"] == "FAILED"
    assert reason in run["ErrorMessage"]
    assert "ran" not in stage.lines(run)
    assert run["ErrorMessage"] in stage.lines(run, "error")[-1]
