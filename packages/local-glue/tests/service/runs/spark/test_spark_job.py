"""Spark jobs: a real spark-submit reads and writes S3 through the emulator."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from glue_service.archives import zipped
from glue_service.aws import client
from glue_service.service import GlueService
from glue_service.spark_scripts import FAILING, SCRIPT, WARNED, printed_by

from local_glue.runs.files import LaunchError
from local_glue.runs.spark.properties import parse_conf


def test_a_spark_job_runs_with_glues_own_arguments_and_files(service: GlueService) -> None:
    package = service.upload(zipped(from_zip="name = 'zip'"), ".zip")
    job = service.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        DefaultArguments={
            "--extra-py-files": package,
            "--conf": "spark.sql.shuffle.partitions=7 --conf spark.my.setting=\\x",
            "--job-bookmark-option": "job-bookmark-disable",
        },
    )
    run = service.finish(job, Arguments={"--day": "2024-06-25"})
    assert run["JobRunState"] == "SUCCEEDED", service.lines(run, "error")
    assert run["LogGroupName"] == "/aws-glue/jobs"
    assert service.printed_json(run) == printed_by(run)
    assert service.lines(run)[-2] == WARNED
    errors = service.lines(run, "error")
    assert "credential profiles" not in "\n".join([*service.lines(run), *errors])
    assert errors[0] == (
        "local Glue: Glue 5.1 on 2 G.1X (8 vCPUs, 32 GB) runs on Spark 3.5.6 local[2] "
        "with 1g of driver memory (at most GLUE_CORES=2, GLUE_DRIVER_MEMORY=1g)"
    )


def test_a_run_finds_no_keys_of_the_user_and_no_conf_opens_its_driver_to_others(
    service: GlueService,
) -> None:
    """Java looks for ~/.aws by the machine's password file, Python by either. Proven cold."""
    script = """
import glob, json, os, pwd, socket, struct
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
env = spark._jvm.org.apache.spark.SparkEnv.get()

def answer_to_a_stranger(port):
    # An RPC request without the secret; its body would be read as Java objects.
    request = struct.pack(">bqi", 3, 1, 4) + bytes(4)
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(struct.pack(">q", 8 + len(request)) + request)
        try:
            return connection.recv(300).decode("latin-1")
        except OSError as error:
            return repr(error)

local = spark._jvm.org.apache.hadoop.fs.FileSystem.getLocal(spark._jsc.hadoopConfiguration())
local.create(spark._jvm.org.apache.hadoop.fs.Path(os.path.abspath("made/by-hadoop"))).close()
jvm = f"/proc/{spark._jvm.java.lang.ProcessHandle.current().pid()}"
held = [os.readlink(file) for file in glob.glob(f"{jvm}/fd/*") if os.path.lexists(file)]
sockets = [line.split() for name in ("tcp", "tcp6") for line in open(f"{jvm}/net/{name}")]
print(json.dumps({
    "listening": [row[1] for row in sockets if row[3] == "0A" and f"socket:[{row[9]}]" in held],
    "java": spark._jvm.java.lang.System.getProperty("user.home"),
    "python": os.path.expanduser("~"),
    "by_name": os.path.expanduser("~" + pwd.getpwuid(os.getuid()).pw_name),
    "files": [os.path.getsize(os.environ[f"AWS_{n}_FILE"]) for n in ("CONFIG", "SHARED_CREDENTIALS")],
    "bind": spark.conf.get("spark.driver.bindAddress"),
    "ui": spark.sparkContext.uiWebUrl,
    "modes": [oct(os.stat(made).st_mode & 0o777) for made in ("made", "made/by-hadoop")],
    "driver": answer_to_a_stranger(env.rpcEnv().address().port()),
    "blocks": answer_to_a_stranger(env.blockManager().blockManagerId().port()),
}))
"""
    openings = ("driver.bindAddress=0.0.0.0", "ui.enabled=true", "authenticate=false")
    conf = {"--conf": " --conf ".join(f"spark.{opening}" for opening in openings)}
    job = service.job(script, command="glueetl", GlueVersion="5.1", DefaultArguments=conf)
    found = service.printed_json(service.finish(job))
    assert found["java"] == found["python"] == found["by_name"]
    assert found["java"].endswith("/home")
    assert found["java"] != str(Path.home())
    assert (found["files"], found["bind"]) == ([0, 0], "127.0.0.1")
    assert found["ui"] is None
    assert found["modes"] == ["0o700", "0o600"]  # whatever Hadoop thinks of files
    assert "Expected SaslMessage" in found["driver"]
    assert "Expected SaslMessage" in found["blocks"]
    assert len(found["listening"]) >= 2  # for Python, and for blocks
    addresses = {address.rpartition(":")[0][-8:] for address in found["listening"]}
    assert addresses == {"0100007F"}, found["listening"]  # 127.0.0.1, as the kernel writes it


def test_a_failing_spark_job_gives_the_python_error_of_its_worker(service: GlueService) -> None:
    run = service.finish(service.job(FAILING, command="glueetl", GlueVersion="5.1"))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ZeroDivisionError: integer division or modulo by zero"


def test_extra_jars_are_on_the_class_path_and_known_to_spark(service: GlueService) -> None:
    jar = service.upload(zipped(resource="of the jar"), ".jar")
    script = (
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "java = spark.sparkContext._jvm\n"
        "found = java.java.lang.ClassLoader.getSystemClassLoader().getResource('resource.py')\n"
        "print(found is not None, spark.sparkContext._jsc.sc().listJars().apply(0).rpartition('.')[2])"
    )
    run = service.finish(
        service.job(script, command="glueetl", GlueVersion="5.1", DefaultArguments={"--extra-jars": jar})
    )
    assert service.lines(run) == ["True jar"], (run, service.lines(run, "error"))


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("spark.a=1", {"spark.a": "1"}),
        ("spark.a=1 --conf spark.b=x=y --conf spark.c=", {"spark.a": "1", "spark.b": "x=y", "spark.c": ""}),
        ("spark.a=1  --conf   spark.b=two words", {"spark.a": "1", "spark.b": "two words"}),
        ("spark.a=1\n--conf spark.b=2", {"spark.a": "1", "spark.b": "2"}),
        ("spark.a=x,y,spark.b=2", {"spark.a": "x,y", "spark.b": "2"}),
        ("spark.a=1 --conf spark.a=2", {"spark.a": "2"}),
        ("", {}),
    ],
)
def test_conf_holds_as_many_settings_as_its_one_value_chains(text: str, settings: dict[str, str]) -> None:
    assert parse_conf(text) == settings


@pytest.mark.parametrize("text", ["spark.a", "a=1", "spark.a=1 --conf b"])
def test_conf_that_is_none_is_named(text: str) -> None:
    with pytest.raises(LaunchError, match=r"--conf takes spark\.name=value"):
        parse_conf(text)


def test_a_bucket_of_another_region_is_read_and_written_as_on_aws(service: GlueService) -> None:
    bucket = f"elsewhere-{uuid.uuid4().hex[:8]}"
    there = client(service.url, "s3", region="eu-west-1")
    there.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    there.put_object(Bucket=bucket, Key="in/a.csv", Body=b"pop,3\n")
    script = f"""
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
for scheme in ("s3", "s3a"):
    spark.read.csv(scheme + "://{bucket}/in/").write.csv(scheme + "://{bucket}/" + scheme)
"""
    run = service.finish(service.job(script, command="glueetl", GlueVersion="5.1"))
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    keys = [one["Key"] for one in there.list_objects_v2(Bucket=bucket)["Contents"]]
    bodies = {key.split("/")[0]: there.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
    assert bodies == dict.fromkeys(("in", "s3", "s3a"), b"pop,3\n")
