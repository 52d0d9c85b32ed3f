"""Scripts run unmodified in the Glue image, too: the service is started in it as compose.yaml does."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from container_support.containers import PREFIX, docker, mount
from glue_service.aws import BUCKET, client, make_role
from glue_service.servers import ROOT, Server, emulator_server, free_port
from glue_service.service import GlueService
from glue_service.spark_scripts import CONSOLE_ARGUMENTS, HEAD, LISTENS
from glue_service.waiting import wait_for
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver

CONTAINER = f"{PREFIX}-glue"
pytestmark = [pytest.mark.containers, pytest.mark.timeout(300)]

PLAIN = """\
import sys
import boto3
import pandas
from awsglue.utils import getResolvedOptions
from helper import double
from pyspark.sql import SparkSession

options = getResolvedOptions(sys.argv, ["bucket"])
spark = SparkSession.builder.getOrCreate()
plays = spark.createDataFrame(pandas.DataFrame({"listens": [1, 2, 3]}))
listens = double(plays.groupBy().sum("listens").first()[0])
boto3.client("s3").put_object(Bucket=options["bucket"], Key="plain", Body=str(listens))
print(listens, open("words.txt").read())
"""
SHELL = """\
import sys
import boto3
import pandas
from awsglue.utils import getResolvedOptions

options = getResolvedOptions(sys.argv, ["bucket"])
body = boto3.client("s3").get_object(Bucket=options["bucket"], Key="plays.csv")["Body"]
print(pandas.read_csv(body).listens.sum(), "--JOB_NAME" in sys.argv)
"""


@pytest.fixture(scope="module")
def in_image(names: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[GlueService]:
    """A local Glue service in a container of the Glue image, before an emulator on this machine."""
    folder = tmp_path_factory.mktemp("image")
    emulator, emulator_url = emulator_server(folder)
    emulator.start()
    client(emulator_url, "s3").create_bucket(Bucket=BUCKET)
    make_role(emulator_url)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    variables = {
        "GLUE_PORT": str(port),
        "GLUE_EMULATOR_URL": emulator_url,
        "GLUE_STATE_DIR": "/var/lib/local-service",
        "GLUE_JOB_PYTHON": "/usr/bin/python3.11",
        "GLUE_SPARK_HOME": "/usr/lib/spark",
        "GLUE_WARM_DRIVERS": "1",
        "PYTHONPATH": "/opt/local-glue/src",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    words = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    argv = ["docker", "run", "--rm", "--init", "--network", "host", "--name", CONTAINER, *words]
    argv += [*mount(ROOT / "packages/local-glue/src", "/opt/local-glue/src"), names["GLUE_SERVICE_IMAGE"]]
    argv += ["-c", "exec /opt/local-service/bin/python -m local_glue serve"]
    server = Server("the Glue image", argv, dict(os.environ), f"{url}/_glue/health", folder / "glue.log")
    server.start()
    yield GlueService(url, emulator_url, server)
    server.stop()
    emulator.stop()


def test_a_script_of_the_console_runs_as_it_is(in_image: GlueService) -> None:
    """GlueContext, its session and logger, Job.init and commit: the library is that of the image."""
    target = f"s3://{BUCKET}/console/{uuid.uuid4().hex}/"
    job = in_image.job(
        HEAD + LISTENS, command="glueetl", GlueVersion="5.0", DefaultArguments=CONSOLE_ARGUMENTS
    )
    run = in_image.finish(job, Arguments={"--target": target})
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), in_image.lines(run, "error"))
    assert in_image.lines(run)[-1] == "3 rows True"
    logged = [line.partition("GlueLogger: ")[2] for line in in_image.lines(run, "error")]
    assert [line for line in logged if line] == [f"rows go to {target}", "that was all"]


def test_plain_pyspark_with_boto3_pandas_and_files_of_its_own(in_image: GlueService) -> None:
    arguments = {
        "--bucket": BUCKET,
        "--extra-py-files": in_image.upload("def double(number):\n    return 2 * number\n", "/helper.py"),
        "--extra-files": in_image.upload("twice as many", "/words.txt"),
    }
    job = in_image.job(PLAIN, command="glueetl", GlueVersion="5.0", DefaultArguments=arguments)
    wait_for_a_warm_driver(in_image)
    run = in_image.finish(job)
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), in_image.lines(run, "error"))
    assert WARM in in_image.lines(run, "error")
    assert in_image.lines(run)[-1] == "12 twice as many"
    assert in_image.aws("s3").get_object(Bucket=BUCKET, Key="plain")["Body"].read() == b"12"


def test_a_python_shell_script_with_pandas_on_s3(in_image: GlueService) -> None:
    in_image.aws("s3").put_object(Bucket=BUCKET, Key="plays.csv", Body=b"track,listens\nt1,3\nt2,4\n")
    run = in_image.finish(in_image.job(SHELL), Arguments={"--bucket": BUCKET})
    assert run["JobRunState"] == "SUCCEEDED", (run.get("ErrorMessage"), in_image.lines(run, "error"))
    assert in_image.lines(run) == ["7 False"]


def test_a_run_that_is_stopped_leaves_no_process_in_the_container(in_image: GlueService) -> None:
    script = (
        "import subprocess, time\n"
        "subprocess.Popen(['sleep', '317'], start_new_session=True)\n"  # as a careless script leaves behind
        "time.sleep(300)"
    )
    job = in_image.job(script)
    run_id = in_image.start(job)
    wait_for("the script's child", lambda: "sleep 317" in docker("top", CONTAINER))
    in_image.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert in_image.wait(job, run_id)["JobRunState"] == "STOPPED"
    assert "sleep 317" not in docker("top", CONTAINER)
