"""--additional-python-modules: installed over the jobs' own Python, once per set."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.support import BUCKET, Stage, packed, wait_for
from service.runs.test_warm_start import wait_for_a_warm_driver

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

NO_INDEX = {"--python-modules-installer-option": "--no-index"}
SHOW = (
    "import importlib.metadata, json, pandas, pyspark, sys, tiny\n"
    "print(json.dumps([tiny.name, importlib.metadata.version('tiny'), pandas.__version__, sys.prefix]))"
)


def wheel(version: str, *requirements: str, package: str = "tiny") -> bytes:
    """Build the wheel of a package that knows its version."""
    info = f"{package}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {one}\n" for one in requirements)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{package}.py", f"name = '{package} {version}'")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{requires}"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()


def upload(stage: Stage, body: bytes, name: str) -> str:
    key = f"wheels/{time.monotonic_ns()}/{name}"
    stage.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def test_a_wheel_lies_over_the_jobs_own_packages_and_is_installed_once(stage: Stage) -> None:
    location = upload(stage, wheel("1.5", "pandas>=2"), "tiny-1.5-py3-none-any.whl")
    arguments = {"--additional-python-modules": location, **NO_INDEX}
    job = stage.job(SHOW, DefaultArguments=arguments)
    run = stage.finish(job)
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    name, version, pandas, prefix = stage.printed_json(run)
    assert (name, version) == ("tiny 1.5", "1.5")
    assert not list(Path(prefix).glob("lib/*/site-packages/pandas*")), f"pandas {pandas} was installed again"
    installed = Path(prefix, "complete").stat().st_mtime_ns
    again = stage.finish(job)
    assert stage.printed_json(again)[3] == prefix
    assert Path(prefix, "complete").stat().st_mtime_ns == installed


def test_the_same_name_with_other_content_is_another_set(stage: Stage) -> None:
    found = []
    for version in ("1.0", "2.0"):
        location = upload(stage, wheel(version), f"tiny-{version}-py3-none-any.whl")
        job = stage.job(SHOW, DefaultArguments={"--additional-python-modules": location, **NO_INDEX})
        found.append(stage.printed_json(stage.finish(job)))
    assert [version for _, version, _, _ in found] == ["1.0", "2.0"]
    assert found[0][3] != found[1][3]


def test_a_requirements_file_is_installed_by_the_option_r(stage: Stage) -> None:
    requirements = upload(stage, b"pandas\n", "requirements.txt")
    job = stage.job(
        "import pandas; print('there')",
        DefaultArguments={
            "--additional-python-modules": requirements,
            "--python-modules-installer-option": "--no-index -r",
        },
    )
    run = stage.finish(job)
    assert (run["JobRunState"], stage.lines(run)) == ("SUCCEEDED", ["there"]), run


@pytest.mark.parametrize("requirements", ["tiny\n", None])
def test_a_zip_of_wheels_is_the_index_that_its_requirements_come_from(
    stage: Stage, requirements: str | None
) -> None:
    wheels = {
        "wheels/tiny-6.0-py3-none-any.whl": wheel("6.0", "below>=1"),
        "wheels/below-1.5-py3-none-any.whl": wheel("1.5", package="below"),
    }
    if requirements:
        wheels["wheels/requirements.txt"] = requirements.encode()
        wheels["wheels/spare-1.0-py3-none-any.whl"] = wheel("1.0", package="spare")
    location = upload(stage, packed(wheels), "mine-1.0.0.gluewheels.zip")
    script = (
        "import below, importlib.util, tiny\n"
        "print(tiny.name, below.name, importlib.util.find_spec('spare'), sep=', ')"
    )
    run = stage.finish(
        stage.job(script, DefaultArguments={"--additional-python-modules": location, **NO_INDEX})
    )
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    assert stage.lines(run) == ["tiny 6.0, below 1.5, None"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no zip", "bad.gluewheels.zip is no zip of wheels: File is not a zip file."),
        (b"", "bad.gluewheels.zip holds no wheel: zip a folder `wheels` of .whl files."),
    ],
)
def test_a_zip_without_wheels_fails_the_run_and_says_why(stage: Stage, body: bytes, reason: str) -> None:
    location = upload(stage, body or packed({"readme.txt": b"nothing"}), "bad.gluewheels.zip")
    run = stage.finish(stage.job("print(1)", DefaultArguments={"--additional-python-modules": location}))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", f"LAUNCH ERROR | {reason}")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"--additional-python-modules": "a, s3://b/c.gluewheels.zip"}, "s3://b/c.gluewheels.zip"),
        ({"--python-modules-installer-option": "--no-index -r"}, "-r"),
    ],
)
def test_what_came_with_glue_5_is_not_taken_by_older_jobs(
    stage: Stage, arguments: dict[str, str], found: str
) -> None:
    run = stage.finish(stage.job("", command="glueetl", GlueVersion="4.0", DefaultArguments=arguments))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == f"Glue 4.0 does not take {found}: set GlueVersion to 5.0 or later."


def test_a_module_that_does_not_exist_fails_the_run_with_pips_last_line(stage: Stage) -> None:
    arguments = {"--additional-python-modules": "no-such-module-anywhere==1.0", **NO_INDEX}
    run = stage.finish(stage.job("print('ran')", DefaultArguments=arguments))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == (
        "LAUNCH ERROR | --additional-python-modules: "
        "ERROR: No matching distribution found for no-such-module-anywhere==1.0"
    )
    assert "ExecutionTime" not in run or run["ExecutionTime"] == 0


def test_stop_ends_an_installation(stage: Stage, glue: GlueClient) -> None:
    silent = socket.create_server(("127.0.0.1", 0))  # an index that never answers
    options = f"--index-url http://127.0.0.1:{silent.getsockname()[1]}/simple --timeout 300"
    job = stage.job(
        "print('ran')",
        DefaultArguments={
            "--additional-python-modules": "tiny==9",
            "--python-modules-installer-option": options,
        },
    )
    run_id = stage.start(job)
    modules = Path(stage.server.env["GLUE_STATE_DIR"], "modules")
    before = {path.name for path in modules.glob("*/complete")}
    wait_for(
        "the start of the installation",
        lambda: any(not path.with_name("complete").exists() for path in modules.glob("*/pyvenv.cfg")),
    )
    assert stage.run(job, run_id)["JobRunState"] == "STARTING"
    asked = time.monotonic()
    glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert stage.wait(job, run_id)["JobRunState"] == "STOPPED"
    assert time.monotonic() - asked < 20
    assert {path.name for path in modules.glob("*/complete")} == before
    silent.close()


def test_a_spark_job_and_its_workers_have_the_modules(warm_stage: Stage) -> None:
    stage = warm_stage
    location = upload(stage, wheel("4.0"), "tiny-4.0-py3-none-any.whl")
    script = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print(spark.sparkContext.parallelize([1], 1).map(lambda _: __import__('tiny').name).collect())"
    )
    job = stage.job(
        script,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--additional-python-modules": location, **NO_INDEX},
    )
    wait_for_a_warm_driver(stage)
    run = stage.finish(job)
    assert stage.lines(run) == ["['tiny 4.0']"], run
