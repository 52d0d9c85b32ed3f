"""GLUE_SPARK_MASTER: the same jobs with their tasks on a standalone cluster of Spark, cold and warm."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from glue_service.archives import zipped
from glue_service.command_lines import CommandLines
from glue_service.servers import ENVS, HOME, Server, free_port
from glue_service.service import GlueService
from glue_service.waiting import wait_for
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver
from glue_service.wheels import NO_INDEX, upload, wheel

from local_glue.runs.files import RunFolder
from local_glue.runs.spark.capacity import fitted
from local_glue.runs.spark.master import can_wait, driver_address, fixed_properties, master_properties
from local_glue.runs.spark.plan import plan_driver
from local_glue.settings import Settings, SettingsError, read_settings

SPARK = next(ENVS.glob("glue/lib/python3*/site-packages/pyspark"))
SECRET = "of-this-cluster"
ASKS_FOR_THE_SECRET = "-Dspark.authenticate=true"
SCRIPT = """
import json, os
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
where = "s3://glue-service-tests/cluster/"
spark.range(10).repartition(2).write.mode("overwrite").parquet(where)

def seen(_):
    import boto3, from_py, from_wheel, tiny
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    found = [module.name for module in (from_wheel, from_py, tiny)]
    assert from_wheel.__file__.startswith("./"), from_wheel.__file__
    return [os.getcwd(), *found, open("lookup.txt").read(), "glue-service-tests" in names]

print(json.dumps({
    "rows": spark.read.parquet(where).count(),
    "master": context.master,
    "executors": [spark.conf.get(f"spark.executor.{name}") for name in ("cores", "memory", "instances")],
    "seen": context.parallelize([1], 1).map(seen).first(),
}))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a program of Spark's needs, without any secret."""
    env = {
        "PATH": os.environ["PATH"],
        "SPARK_HOME": str(SPARK),
        "SPARK_CONF_DIR": str(tmp_path),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
    }
    if "JAVA_HOME" in os.environ:
        env["JAVA_HOME"] = os.environ["JAVA_HOME"]
    return env


@pytest.fixture
def cluster(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """A master and one worker that ask for a secret; gives the master's URL."""
    options = f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC {ASKS_FOR_THE_SECRET}"
    env = {**environment, "SPARK_DAEMON_JAVA_OPTS": options, "_SPARK_AUTH_SECRET": SECRET}
    port, page, workers_page = free_port(), free_port(), free_port()
    url = f"spark://127.0.0.1:{port}"

    def daemon(name: str, health_port: int, *options: str) -> Server:
        argv = [str(SPARK / "bin/spark-class"), f"org.apache.spark.deploy.{name.lower()}.{name}", *options]
        health = f"http://127.0.0.1:{health_port}/json/"
        return Server(name, argv, env, health, tmp_path / f"{name}.log", needs_emulator=False)

    master = daemon("Master", page, "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page))
    work = ["--work-dir", str(tmp_path / "work"), "--webui-port", str(workers_page)]
    worker = daemon("Worker", workers_page, "--cores", "2", "--memory", "1g", *work, url)
    opener = build_opener(ProxyHandler({}))
    try:
        master.start()
        worker.start()
        state = f"http://127.0.0.1:{page}/json/"
        wait_for("a worker", lambda: b'"aliveworkers" : 1' in opener.open(state).read() or None)
        yield url
    finally:
        for one in (worker, master):
            if one.process:
                one.stop()


def test_tasks_run_on_its_executors_with_the_jobs_files_and_credentials(
    own_service: Callable[..., GlueService], cluster: str, tmp_path: Path
) -> None:
    sizes = {"GLUE_WARM_DRIVERS": "1", "GLUE_EXECUTOR_MEMORY": "600m"}
    service = own_service(GLUE_SPARK_MASTER=cluster, GLUE_SPARK_SECRET=SECRET, **sizes)
    lookup, module, package = (
        upload(service, body, name)
        for body, name in (
            (b"looked up", "lookup.txt"),
            (b"name = 'py'", "from_py.py"),
            (wheel("5.0"), "tiny-5.0-py3-none-any.whl"),
        )
    )
    packed = service.upload(zipped(from_wheel="name = 'wheel'"), ".whl")
    job = service.job(
        SCRIPT,
        command="glueetl",
        GlueVersion="5.1",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        DefaultArguments={
            "--extra-py-files": f"{packed},{module}",
            "--extra-files": lookup,
            "--additional-python-modules": package,
            **NO_INDEX,
        },
    )
    watching = CommandLines()
    cold = service.wait(
        job, service.start(job, Arguments={"--conf": "spark.driver.memory=700m"}), seconds=300
    )
    lines = watching.stop()
    assert [line for line in lines if "CoarseGrainedExecutorBackend" in line], "no executor was seen"
    assert [line for line in lines if SECRET in line] == []
    wait_for_a_warm_driver(service)
    warm = service.wait(job, service.start(job), seconds=300)
    assert service.lines(warm, "error")[1] == WARM
    for run in (cold, warm):
        errors = service.lines(run, "error")
        assert run["JobRunState"] == "SUCCEEDED", (run["ErrorMessage"], errors)
        assert errors[0] == (
            "local Glue: Glue 5.1 on 2 G.1X (8 vCPUs, 32 GB) runs on Spark 3.5.6 "
            f"{cluster} with 1 executor(s) of 2 core(s) and 600m of memory, and 1g of driver memory (at most "
            "GLUE_CORES=2, GLUE_DRIVER_MEMORY=1g, GLUE_EXECUTOR_MEMORY=600m)"
        )
        printed = service.printed_json(run)
        where, *rest = printed.pop("seen")
        assert printed == {"rows": 10, "master": cluster, "executors": ["2", "600m", "1"]}
        assert rest == ["wheel", "py", "tiny 5.0", "looked up", True]
        assert where.startswith(str(tmp_path / "work"))


def test_the_cluster_hears_only_who_knows_its_secret(
    cluster: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Spark's own client for its masters asks for the end of a program that is not there."""

    def ask(driver: str, *options: str, **secret: str) -> str:
        client = ["org.apache.spark.deploy.Client", "kill", cluster, driver]
        command = [str(SPARK / "bin/spark-class"), *options, *client]
        variables = {**environment, **secret}
        return subprocess.run(
            command, env=variables, capture_output=True, text=True, check=False, timeout=120
        ).stderr

    refused = [ask("unsigned"), ask("guessed", ASKS_FOR_THE_SECRET, _SPARK_AUTH_SECRET="another")]
    answered = ask("known", ASKS_FOR_THE_SECRET, _SPARK_AUTH_SECRET=SECRET)
    assert ["Exception" in said for said in (*refused, answered)] == [True, True, False], (refused, answered)
    log = (tmp_path / "Master.log").read_text(errors="replace")
    assert re.findall(r"Asked to kill driver (\w+)", log) == ["known"]


def settings_of(tmp_path: Path, **more: str) -> Settings:
    names = {
        "GLUE_STATE_DIR": str(tmp_path),
        "GLUE_JOB_PYTHON": "/usr/bin/python3",
        "GLUE_SPARK_SECRET": SECRET,
    }
    return read_settings({**names, "GLUE_SPARK_JARS": str(HOME / "jars"), **more})


def test_executors_are_told_a_way_back_to_the_driver(tmp_path: Path) -> None:
    local = settings_of(tmp_path)
    near = settings_of(tmp_path, GLUE_SPARK_MASTER="spark://127.0.0.1:7077")
    told = settings_of(tmp_path, GLUE_SPARK_MASTER="spark://127.0.0.1:7077", GLUE_DRIVER_HOST="glue")
    assert [driver_address(one) for one in (local, near, told)] == ["127.0.0.1", "127.0.0.1", "glue"]
    properties = master_properties(told, {"AWS_REGION": "eu-west-1", "HOME": "/here"})
    assert properties["spark.driver.bindAddress"] == "127.0.0.1"  # from where that master is reached
    assert properties["spark.executorEnv.AWS_REGION"] == "eu-west-1"
    assert "spark.executorEnv.HOME" not in properties


def test_a_driver_listens_at_one_address_whatever_its_executors_call_it(tmp_path: Path) -> None:
    masters = ("local[2]", "spark://127.0.0.1:7077", "k8s://https://127.0.0.1:443")
    settings = [settings_of(tmp_path, GLUE_SPARK_MASTER=master) for master in masters]
    other = settings_of(tmp_path, GLUE_SPARK_MASTER=masters[1], GLUE_DRIVER_HOST="127.0.0.9")
    elsewhere = settings_of(tmp_path, GLUE_SPARK_MASTER=masters[1], GLUE_DRIVER_HOST="driver.invalid")
    found = [fixed_properties(one)["spark.driver.bindAddress"] for one in (*settings, other, elsewhere)]
    assert found == ["127.0.0.1"] * 3 + ["127.0.0.9", "127.0.0.1"]


@pytest.mark.parametrize(
    "master", ["spark://127.0.0.1:7077", "local-cluster[1,1,512]", "mesos://127.0.0.1:5050"]
)
def test_no_driver_is_without_a_secret(tmp_path: Path, master: str) -> None:
    with pytest.raises(SettingsError, match=f"GLUE_SPARK_SECRET must be set for .*{re.escape(master)}"):
        settings_of(tmp_path, GLUE_SPARK_MASTER=master, GLUE_SPARK_SECRET="")
    given = fixed_properties(settings_of(tmp_path, GLUE_SPARK_MASTER=master))
    assert (given["spark.authenticate"], given["spark.authenticate.secret"]) == ("true", SECRET)


@pytest.mark.parametrize("master", ["", "local", "local[2]", "k8s://https://127.0.0.1:443", "yarn"])
def test_where_spark_makes_a_secret_none_is_needed(tmp_path: Path, master: str) -> None:
    given = fixed_properties(settings_of(tmp_path, GLUE_SPARK_MASTER=master, GLUE_SPARK_SECRET=""))
    assert given["spark.authenticate"] == "true"
    assert "spark.authenticate.secret" not in given


def test_a_driver_that_warms_up_for_a_cluster_asks_for_a_secret_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, GLUE_SPARK_MASTER="spark://127.0.0.1:7077", GLUE_SPARK_HOME=str(SPARK))
    folder = RunFolder(tmp_path / "driver")
    plan = plan_driver(settings, folder, {}, tmp_path / "connection")
    properties = Path(plan.argv[plan.argv.index("--properties-file") + 1]).read_text().splitlines()
    wanted = {"spark.master local[2]", "spark.driver.bindAddress 127.0.0.1", "spark.authenticate true"}
    assert wanted <= set(properties)


def test_other_masters_than_local_and_spark_start_cold(tmp_path: Path) -> None:
    masters = ("local[3]", "spark://a:7077", "k8s://https://a:443", "local-cluster[1,1,512]")
    settings = [settings_of(tmp_path, GLUE_SPARK_MASTER=master) for master in masters]
    assert [can_wait(one) for one in settings] == [True, True, False, False]


@pytest.mark.parametrize(
    ("workers", "cores", "memory"),
    [
        ({"WorkerType": "G.1X", "NumberOfWorkers": 2}, 4, "32g"),
        ({"WorkerType": "G.1X", "NumberOfWorkers": 5}, 16, "50g"),
        ({"WorkerType": "G.2X", "NumberOfWorkers": 2}, 8, "50g"),
        ({"WorkerType": "R.1X", "NumberOfWorkers": 1}, 4, "32g"),
        ({"WorkerType": "G.8X", "NumberOfWorkers": 9}, 20, "50g"),
        ({"MaxCapacity": 2.0}, 4, "32g"),
    ],
)
def test_workers_are_mapped_to_cores_and_memory_below_the_settings(
    tmp_path: Path, workers: dict[str, object], cores: int, memory: str
) -> None:
    settings = settings_of(tmp_path, GLUE_CORES="20", GLUE_DRIVER_MEMORY="50g")
    found = fitted(settings, workers)
    assert (found.cores, found.driver_memory, found.master) == (cores, memory, f"local[{cores}]")
    assert found.executors == 1
    small = fitted(settings_of(tmp_path, GLUE_CORES="2"), workers)
    assert (small.cores, small.driver_memory) == (2, "1g")


def test_on_a_cluster_each_worker_but_the_drivers_is_an_executor(tmp_path: Path) -> None:
    large = {"GLUE_CORES": "20", "GLUE_DRIVER_MEMORY": "50g", "GLUE_EXECUTOR_MEMORY": "900m"}
    settings = settings_of(tmp_path, GLUE_SPARK_MASTER="spark://127.0.0.1:7077", **large)
    found = fitted(settings, {"WorkerType": "G.2X", "NumberOfWorkers": 5})
    sizes = (found.cores, found.executors, found.driver_memory, found.executor_memory)
    assert sizes == (8, 4, "32g", "900m")
    assert master_properties(found, {})["spark.cores.max"] == "32"
