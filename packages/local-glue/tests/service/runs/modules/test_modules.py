"""--additional-python-modules: installed over the jobs' own Python, once per set."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from glue_service.archives import packed
from glue_service.service import GlueService
from glue_service.waiting import wait_for
from glue_service.warm_drivers import wait_for_a_warm_driver
from glue_service.wheels import NO_INDEX, upload, wheel

from local_glue.runs.modules.preinstalled import pinned

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SHOW = (
    "import importlib.metadata, json, pandas, pyspark, sys, tiny\n"
    "print(json.dumps([tiny.name, importlib.metadata.version('tiny'), pandas.__version__, sys.prefix]))"
)


def test_a_wheel_lies_over_the_jobs_own_packages_and_is_installed_once(service: GlueService) -> None:
    location = upload(service, wheel("1.5", "pandas>=2"), "tiny-1.5-py3-none-any.whl")
    arguments = {"--additional-python-modules": location, **NO_INDEX}
    job = service.job(SHOW, DefaultArguments=arguments)
    run = service.finish(job)
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    name, version, pandas, prefix = service.printed_json(run)
    assert (name, version) == ("tiny 1.5", "1.5")
    assert not list(Path(prefix).glob("lib/*/site-packages/pandas*")), f"pandas {pandas} was installed again"
    installed = Path(prefix, "complete").stat().st_mtime_ns
    again = service.finish(job)
    assert service.printed_json(again)[3] == prefix
    assert Path(prefix, "complete").stat().st_mtime_ns == installed


def test_the_same_name_with_other_content_is_another_set(service: GlueService) -> None:
    found = []
    for version in ("1.0", "2.0"):
        location = upload(service, wheel(version), f"tiny-{version}-py3-none-any.whl")
        job = service.job(SHOW, DefaultArguments={"--additional-python-modules": location, **NO_INDEX})
        found.append(service.printed_json(service.finish(job)))
    assert [version for _, version, _, _ in found] == ["1.0", "2.0"]
    assert found[0][3] != found[1][3]


def test_a_requirements_file_is_installed_by_the_option_r(service: GlueService) -> None:
    requirements = upload(service, b"pandas\n", "requirements.txt")
    job = service.job(
        "import pandas; print('there')",
        DefaultArguments={
            "--additional-python-modules": requirements,
            "--python-modules-installer-option": "--no-index -r",
        },
    )
    run = service.finish(job)
    assert (run["JobRunState"], service.lines(run)) == ("SUCCEEDED", ["there"]), run


@pytest.mark.parametrize("requirements", ["tiny\n", None])
def test_a_zip_of_wheels_is_the_index_that_its_requirements_come_from(
    service: GlueService, requirements: str | None
) -> None:
    wheels = {
        "wheels/tiny-6.0-py3-none-any.whl": wheel("6.0", "below>=1"),
        "wheels/below-1.5-py3-none-any.whl": wheel("1.5", package="below"),
    }
    if requirements:
        wheels["wheels/requirements.txt"] = requirements.encode()
        wheels["wheels/spare-1.0-py3-none-any.whl"] = wheel("1.0", package="spare")
    location = upload(service, packed(wheels), "mine-1.0.0.gluewheels.zip")
    script = (
        "import below, importlib.util, tiny\n"
        "print(tiny.name, below.name, importlib.util.find_spec('spare'), sep=', ')"
    )
    run = service.finish(
        service.job(script, DefaultArguments={"--additional-python-modules": location, **NO_INDEX})
    )
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    assert service.lines(run) == ["tiny 6.0, below 1.5, None"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"no zip", "bad.gluewheels.zip is no zip of wheels: File is not a zip file."),
        (b"", "bad.gluewheels.zip holds no wheel: zip a folder `wheels` of .whl files."),
    ],
)
def test_a_zip_without_wheels_fails_the_run_and_says_why(
    service: GlueService, body: bytes, reason: str
) -> None:
    location = upload(service, body or packed({"readme.txt": b"nothing"}), "bad.gluewheels.zip")
    run = service.finish(service.job("print(1)", DefaultArguments={"--additional-python-modules": location}))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", f"LAUNCH ERROR | {reason}")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"--additional-python-modules": "a, s3://b/c.gluewheels.zip"}, "s3://b/c.gluewheels.zip"),
        ({"--python-modules-installer-option": "--no-index -r"}, "-r"),
    ],
)
def test_what_came_with_glue_5_is_not_taken_by_older_jobs(
    service: GlueService, arguments: dict[str, str], found: str
) -> None:
    run = service.finish(service.job("", command="glueetl", GlueVersion="4.0", DefaultArguments=arguments))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == f"Glue 4.0 does not take {found}: set GlueVersion to 5.0 or later."


def test_a_module_that_does_not_exist_fails_the_run_with_pips_last_line(service: GlueService) -> None:
    arguments = {"--additional-python-modules": "no-such-module-anywhere==1.0", **NO_INDEX}
    run = service.finish(service.job("print('ran')", DefaultArguments=arguments))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == (
        "LAUNCH ERROR | --additional-python-modules: "
        "ERROR: No matching distribution found for no-such-module-anywhere==1.0"
    )
    assert "ExecutionTime" not in run or run["ExecutionTime"] == 0


def test_stop_ends_an_installation(service: GlueService, glue: GlueClient) -> None:
    silent = socket.create_server(("127.0.0.1", 0))  # an index that never answers
    options = f"--index-url http://127.0.0.1:{silent.getsockname()[1]}/simple --timeout 300"
    job = service.job(
        "print('ran')",
        DefaultArguments={
            "--additional-python-modules": "tiny==9",
            "--python-modules-installer-option": options,
        },
    )
    run_id = service.start(job)
    modules = Path(service.server.env["GLUE_STATE_DIR"], "modules")
    before = {path.name for path in modules.glob("*/complete")}
    wait_for(
        "the start of the installation",
        lambda: any(not path.with_name("complete").exists() for path in modules.glob("*/pyvenv.cfg")),
    )
    assert service.run(job, run_id)["JobRunState"] == "STARTING"
    asked = time.monotonic()
    glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert service.wait(job, run_id)["JobRunState"] == "STOPPED"
    assert time.monotonic() - asked < 20
    assert {path.name for path in modules.glob("*/complete")} == before
    silent.close()


def test_a_spark_job_and_its_workers_have_the_modules(warm_service: GlueService) -> None:
    service = warm_service
    location = upload(service, wheel("4.0"), "tiny-4.0-py3-none-any.whl")
    script = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print(spark.sparkContext.parallelize([1], 1).map(lambda _: __import__('tiny').name).collect())"
    )
    job = service.job(
        script,
        command="glueetl",
        GlueVersion="5.1",
        DefaultArguments={"--additional-python-modules": location, **NO_INDEX},
    )
    wait_for_a_warm_driver(service)
    run = service.finish(job)
    assert service.lines(run) == ["['tiny 4.0']"], run


def test_what_glue_has_preinstalled_is_there_for_a_script_that_imports_some_of_it(
    service: GlueService,
) -> None:
    script = (
        "import importlib.metadata, json, seaborn\n"
        "from pyspark.sql import SparkSession\n"
        "rows = len(SparkSession.builder.getOrCreate().range(3).toPandas())\n"
        f"versions = {{name: importlib.metadata.version(name) for name in {sorted(pinned())!r}}}\n"
        "print(json.dumps([rows, versions]))"
    )
    job = service.job(script, command="glueetl", GlueVersion="5.1")
    run = service.wait(job, service.start(job), seconds=500)
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    assert service.printed_json(run) == [3, pinned()]
    said = "".join(service.lines(run, "error"))
    assert "the script imports seaborn, which Glue 5.1 has preinstalled" in said
