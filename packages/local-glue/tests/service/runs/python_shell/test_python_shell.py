"""Python shell runs: the script really runs, and its outcome is the run's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.archives import zipped
from glue_service.aws import BUCKET
from glue_service.servers import ROOT
from glue_service.service import GlueService

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COMMAND = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": f"s3://{BUCKET}/none.py"}


def test_a_script_that_ends_well_succeeds(service: GlueService, s3: S3Client) -> None:
    script = f"import boto3; boto3.client('s3').put_object(Bucket='{BUCKET}', Key='made-by-job', Body=b'yes')"
    job = service.job(script, DefaultArguments={"--job-bookmark-option": "job-bookmark-disable"})
    run = service.finish(job)
    assert run["JobRunState"] == "SUCCEEDED"
    assert "bookmark" not in "".join(service.lines(run, "error"))
    assert s3.get_object(Bucket=BUCKET, Key="made-by-job")["Body"].read() == b"yes"
    assert run["LogGroupName"] == "/aws-glue/python-jobs"
    assert run["Attempt"] == 0
    assert run["StartedOn"] <= run["CompletedOn"]
    assert "ErrorMessage" not in run


def test_a_failure_carries_the_scripts_own_last_error_line(service: GlueService) -> None:
    job = service.job(
        "def parse(day):\n    raise ValueError('no such day: ' + day)\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    parse('2024-13-01')\n"
    )
    run = service.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ValueError: no such day: 2024-13-01"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("import sys; sys.exit(3)", "Command failed with exit code 3"),
        ("import os; os._exit(4)", "Command failed with exit code 4"),
        ("raise MemoryError", "MemoryError"),
        ("import os; os.kill(os.getpid(), 9)", "Command failed with exit code 137"),
        ("def f(:\n    pass", "SyntaxError: invalid syntax"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit('gave up')", "SystemExit: gave up"),
        ("import sys; sys.exit('no day\\nwas given')", "SystemExit: no day\nwas given"),
        ("raise ValueError('found:\\n  a: 1\\n\\n  b: 2')", "ValueError: found:\n  a: 1\n\n  b: 2"),
        ("raise ValueError('x' * 3000)", f"ValueError: {'x' * 2036}"),
        (
            "import botocore.exceptions as e\nraise e.NoRegionError()",
            "botocore.exceptions.NoRegionError: You must specify a region.",
        ),
    ],
)
def test_every_way_to_fail_has_its_message(service: GlueService, script: str, message: str) -> None:
    run = service.finish(service.job(script))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", message)


def test_a_missing_script_fails_and_names_the_object(service: GlueService) -> None:
    location = f"s3://{BUCKET}/no/such/script.py"
    job = service.job("", Command={"Name": "pythonshell", "ScriptLocation": location})
    run = service.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(f"LAUNCH ERROR | File does not exist: {location}")


def test_extra_py_files_are_importable_as_zip_wheel_and_module(service: GlueService) -> None:
    files = [
        service.upload(zipped(from_zip="name = 'zip'"), ".zip"),
        service.upload(zipped(from_wheel="name = 'wheel'"), "-1.0-py3-none-any.whl"),
    ]
    module = service.upload("name = 'module'")
    stem = Path(module).stem
    script = (
        "import importlib, json, from_zip, from_wheel\n"
        f"module = importlib.import_module('{stem}')\n"
        "print(json.dumps([from_zip.name, from_wheel.name, module.name]))"
    )
    job = service.job(script, DefaultArguments={"--extra-py-files": ",".join([*files, module])})
    assert service.printed_json(service.finish(job)) == ["zip", "wheel", "module"]


def test_locations_may_hold_spaces_and_stand_apart_by_commas_and_spaces(
    service: GlueService, s3: S3Client
) -> None:
    locations = []
    for name in ("one", "two"):
        key = f"my libs/v 1, {name}.zip".replace(",", "")
        s3.put_object(Bucket=BUCKET, Key=key, Body=zipped(**{f"from_{name}": f"name = '{name}'"}))
        locations.append(f"s3://{BUCKET}/{key}")
    job = service.job(
        "import from_one, from_two; print(from_one.name, from_two.name)",
        DefaultArguments={"--extra-py-files": " , ".join(locations)},
    )
    assert service.lines(service.finish(job)) == ["one two"]


def test_a_missing_module_fails_before_the_script_and_is_named(service: GlueService) -> None:
    location = f"s3://{BUCKET}/no/such/module.zip"
    run = service.finish(service.job("print('ran')", DefaultArguments={"--extra-py-files": location}))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(f"LAUNCH ERROR | File does not exist: {location}")
    assert service.lines(run) == []


def test_two_modules_of_one_name_are_not_taken_for_one(service: GlueService) -> None:
    files = f"s3://{BUCKET}/a/lib.zip,s3://{BUCKET}/b/lib.zip"
    run = service.finish(service.job("print('ran')", DefaultArguments={"--extra-py-files": files}))
    assert run["JobRunState"] == "FAILED"
    assert "--extra-py-files names two files lib.zip" in run["ErrorMessage"]


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("import sys\r\nif True:\r\n    print('two lines')\r\n", ["two lines"]),
        ("\ufeffprint('after a byte order mark')", ["after a byte order mark"]),
        ("print('käse ☂ 日本')", ["käse ☂ 日本"]),
        ("# -*- coding: latin-1 -*-\nprint('k\u00e4se')".encode("latin-1"), ["käse"]),
        ("import sys\nprint('before')\nsys.exit(0)", ["before"]),
        ("import sys\nprint(repr(sys.stdin.read()))", ["''"]),
        ("import sys\nprint('only this', file=sys.stderr)", []),
        (
            "import threading, time\n"
            "def late():\n    threading.main_thread().join()\n    print('thread')\n"
            "threading.Thread(target=late).start()\nprint('main')",
            ["main", "thread"],
        ),
    ],
)
def test_every_way_to_succeed_prints_what_it_would_there(
    service: GlueService, script: str | bytes, printed: list[str]
) -> None:
    run = service.finish(service.job(script))
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    assert service.lines(run) == printed


@pytest.mark.parametrize(
    ("library_set", "script", "notes"),
    [
        ("analytics", "print(1)", []),
        ("none", "print(1)", ["local Glue: library-set none has no pandas, numpy and pyarrow on AWS"]),
        (
            "analytics",
            "import awswrangler",
            ["local Glue: library-set analytics is not the Python here: on AWS it has awswrangler, pandas"],
        ),
    ],
)
def test_what_the_library_set_has_on_aws_and_not_here_is_said_where_it_matters(
    service: GlueService, library_set: str, script: str, notes: list[str]
) -> None:
    job = service.job(
        "",
        DefaultArguments={"library-set": library_set},
        Command={**COMMAND, "ScriptLocation": service.upload(script)},
    )
    first, *others = service.lines(service.finish(job), "error")
    assert first.startswith("local Glue: Python 3.9 shell runs on python3.")
    told = [line for line in others if "library-set" in line]
    assert [line[: len(note)] for line, note in zip(told, notes, strict=True)] == notes


def test_nothing_of_the_machine_or_the_service_leaks_into_the_scripts_environment(
    own_service: Callable[..., GlueService], tmp_path: Path
) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\n"
    )
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY"), "http://user:secret@127.0.0.1:9")
    of_python = {"PYTHONSTARTUP": "x.py", "PYTHONWARNINGS": "error", "VIRTUAL_ENV": "/x"}
    of_java = {"JAVA_TOOL_OPTIONS": "-Dx=1", "SPARK_CONF_DIR": "/x", "HADOOP_CONF_DIR": "/x"}
    service = own_service(HOME=str(tmp_path), AWS_SESSION_TOKEN="x", **proxies, **of_python, **of_java)
    shown = "import boto3, json, os, sys\n"
    shown += "boto3.client('s3').list_buckets()\n"  # past the proxies, which are not there
    shown += "print(json.dumps([dict(os.environ), boto3.Session().region_name, sys.path]))"
    env, region, path = service.printed_json(service.finish(service.job(shown)))
    of_aws = {"AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "AWS_REGION", "AWS_DEFAULT_REGION"}
    of_aws |= {"AWS_DISABLE_HOST_PREFIX_INJECTION"}
    leads_nowhere = {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}
    of_the_role = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    of_python_here = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    usual = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"}
    own = of_aws | of_the_role | of_python_here | usual | leads_nowhere
    assert set(env) - {"JAVA_HOME"} == own | set(proxies) | {"NO_PROXY", "no_proxy"}
    assert {env[name] for name in proxies} == {"http://127.0.0.1:9"}
    assert env["NO_PROXY"] == env["no_proxy"] == "localhost,127.0.0.1,::1"
    assert [env[name] for name in leads_nowhere if Path(env[name]).is_file()] == []
    assert env["AWS_ENDPOINT_URL"] == service.url
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == region == "us-east-1"
    assert env["AWS_SESSION_TOKEN"] != "x"
    assert env["HOME"] != str(tmp_path)
    assert not {str(ROOT), str(ROOT / "packages/local-glue/src"), ""} & set(path)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("client('glue').list_blueprints()", "ListBlueprints is not built into the local Glue service"),
        ("client('redshift').describe_clusters()", "The emulator lacks what was asked of redshift: "),
        (
            "client('sqs').list_message_move_tasks(SourceArn='x')",
            "The emulator lacks what was asked of sqs: ",
        ),
    ],
    ids=["an operation of Glue", "a service", "an operation of a service"],
)
def test_a_call_of_what_is_not_here_fails_its_run_though_the_script_catches_it(
    service: GlueService, call: str, reason: str
) -> None:
    catching = f"import boto3\ntry:\n    boto3.{call}\nexcept Exception:\n    print('goes on')\n"
    run = service.finish(service.job(catching))
    assert service.lines(run)[-1] == "goes on"
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(reason)


def test_a_call_that_aws_refuses_as_well_may_be_caught(service: GlueService) -> None:
    catching = "import boto3\nglue = boto3.client('glue')\n"
    catching += (
        "try:\n    glue.get_job(JobName='none')\nexcept glue.exceptions.EntityNotFoundException:\n    pass\n"
    )
    assert service.finish(service.job(catching))["JobRunState"] == "SUCCEEDED"


def test_the_runs_folder_is_gone_afterwards(service: GlueService) -> None:
    run = service.finish(service.job("import os; print('in', os.getcwd())"))
    folder = Path(service.lines(run)[0].removeprefix("in "))
    assert run["Id"] in str(folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
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
        (
            {
                "command": "glueetl",
                "GlueVersion": "5.1",
                "DefaultArguments": {"--datalake-formats": "paimon"},
            },
            "--datalake-formats takes delta, hudi, iceberg, more of them joined by commas, found 'paimon'.",
        ),
        ({"DefaultArguments": {"--extra-files": "s3://b/a.csv"}}, "do not take --extra-files on AWS"),
        (
            {"Command": COMMAND, "DefaultArguments": {"--extra-py-files": "s3://b/a.egg"}},
            "of Python 3.9 do not take s3://b/a.egg on AWS: build a wheel.",
        ),
    ],
)
def test_what_cannot_be_run_fails_with_the_reason(
    service: GlueService, definition: dict[str, str], reason: str
) -> None:
    run = service.finish(service.job("print('ran')", **definition))
    assert run["JobRunState"] == "FAILED"
    assert reason in run["ErrorMessage"]
    assert "ran" not in service.lines(run)
    assert run["ErrorMessage"] in service.lines(run, "error")[-1]
