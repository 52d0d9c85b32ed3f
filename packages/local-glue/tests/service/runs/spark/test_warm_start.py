"""Spark runs on a driver JVM that was started and warmed ahead: the same as cold ones, and as much apart."""

from __future__ import annotations

import json
import re
import signal
import uuid
from typing import Any

import psutil
from glue_service.archives import zipped
from glue_service.aws import BUCKET
from glue_service.processes import is_alive, pids_of
from glue_service.service import GlueService
from glue_service.spark_scripts import FAILING, SCRIPT, WARNED, printed_by
from glue_service.waiting import wait_for
from glue_service.warm_drivers import WARM, wait_for_a_warm_driver, warm_drivers

START = """
import os
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
jvm = spark.sparkContext._jvm
pid = jvm.java.lang.ProcessHandle.current().pid()
"""
SEES = """
import json, sys
from pyspark.sql.functions import udf
keys = udf(lambda _: "|".join(os.environ[name] for name in sorted(os.environ) if name.startswith("AWS_")))
print(json.dumps({
    "pid": pid,
    "left": jvm.java.lang.System.getProperty("left"),
    "app": spark.sparkContext.appName,
    "folders": [os.getcwd(), jvm.java.lang.System.getProperty("user.dir")],
    "worker": spark.range(1).select(keys("id")).first()[0],
    "script": "|".join(os.environ[name] for name in sorted(os.environ) if name.startswith("AWS_")),
    "temporary": os.environ["TMPDIR"],
    "views": [table.name for table in spark.catalog.listTables()],
    "confs": spark.conf.get("spark.sql.shuffle.partitions"),
}))
"""
LEAVES = """
jvm.java.lang.System.setProperty("left", "behind")
spark.range(1).createOrReplaceTempView("left")
spark.conf.set("spark.sql.shuffle.partitions", "99")
"""

# What a script can see of how it was started.
SHOWS = """
import json, os, sys
from pathlib import Path
from pyspark.sql import SparkSession
print("an error of the script", file=sys.stderr)
own_env, own_path = dict(os.environ), list(sys.path)
spark = SparkSession.builder.getOrCreate()
context = spark.sparkContext
log4j = context._jvm.org.apache.logging.log4j
worker = context.parallelize([1], 1).map(lambda _: [dict(os.environ), os.getcwd()]).first()
print(json.dumps({
    "conf": dict(context.getConf().getAll()),
    "sql": {row[0]: row[1] for row in spark.sql("set -v").select("key", "value").collect()},
    "env": own_env,
    "path": own_path,
    "argv": sorted(sys.argv),  # their order differs from run to run
    "cwd": [os.getcwd(), context._jvm.java.lang.System.getProperty("user.dir"), worker[1]],
    "file": Path("lookup.txt").read_text(),
    "worker": worker[0],
    "main": [__name__, __file__, str(sys.flags), sys.stdout.encoding, os.nice(0)],
    "level": log4j.LogManager.getRootLogger().getLevel().toString(),
}))
"""
# Named after one run, its process or its moment.
OF_ONE_RUN = re.compile(
    r"(driver-|jr_|j_)[0-9a-f]{32,}|\b[0-9a-f]{40,}\b|ASIA[0-9A-Z]{16}|FwoG\w+|local-\d{13}|"
    r"(?<=blockmgr-)[0-9a-f-]{36}|:\d{4,5}\b"
)
DIFFERENCES = {
    "conf": {
        *("spark.app.startTime", "spark.app.submitTime", "spark.driver.port"),
        # What the JVM's own environment could not hold, for it began before the run.
        *(f"spark.executorEnv.{name}" for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "PYTHONPATH")),
        *(
            f"spark.executorEnv.AWS_{name}"
            for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        ),
    },
    "env": {
        *("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET"),
        # Of the shell scripts that start a JVM for its script: here it was there before.
        *("PWD", "SHLVL", "SPARK_ENV_LOADED", "SPARK_SCALA_VERSION", "OLDPWD", "_"),
        "_PYSPARK_DRIVER_CONN_INFO_PATH",  # how the JVM that waited was found; its workers inherit it
        "PYTHONPATH",  # spark-submit puts Spark's own packages on it, which the jobs' Python has anyway
    },
}


def test_all_that_a_script_can_see_is_as_after_a_cold_start(warm_service: GlueService) -> None:
    service = warm_service
    key = f"files/{uuid.uuid4().hex}/lookup.txt"
    service.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=b"looked up")
    arguments = {"--extra-files": f"s3://{BUCKET}/{key}", "--conf": "spark.my.setting=1"}
    warm_run = finish_warm(service, SHOWS, DefaultArguments=arguments)
    job = str(warm_run["JobName"])
    wait_for_a_warm_driver(service)
    # What a waiting JVM can't be given starts cold, and says why.
    cold_run = service.finish(job, Arguments={"--conf": "spark.my.setting=1 --conf spark.driver.memory=1g"})
    assert service.lines(cold_run, "error")[1] == (
        "local Glue: cold start, because spark.driver.memory needs a JVM of its own"
    )
    assert warm_drivers(service) == 1
    for run in (warm_run, cold_run):
        assert run["JobRunState"] == "SUCCEEDED", service.lines(run, "error")
        assert service.lines(run, "error")[2:] == []
        assert service.lines(run)[:-1] == ["an error of the script"]
    warm, cold = (seen_by(service, run) for run in (warm_run, cold_run))
    assert warm["file"] == "looked up"
    assert {part: differing(warm[part], cold[part]) for part in cold if warm[part] != cold[part]} == {}


def differing(warm: Any, cold: Any) -> Any:
    if not isinstance(warm, dict):
        return warm, cold
    names = sorted({*warm, *cold})
    return {name: (warm.get(name), cold.get(name)) for name in names if warm.get(name) != cold.get(name)}


def seen_by(service: GlueService, run: dict[str, object]) -> dict[str, Any]:
    """Give what SHOWS printed without what may differ."""
    text = OF_ONE_RUN.sub("…", service.lines(run)[-1])
    seen: dict[str, Any] = json.loads(text)
    spark = seen["env"]["SPARK_HOME"]
    seen["argv"] = [part for part in seen["argv"] if "spark.driver.memory" not in part]
    seen["argv"] = [part for part in seen["argv"] if not part.startswith("spark.my.setting")]
    seen["path"] = [
        part for part in seen["path"] if not part.startswith((f"{spark}/python", f"{spark}/jars"))
    ]
    for part, names in (*DIFFERENCES.items(), ("worker", DIFFERENCES["env"])):
        seen[part] = {name: value for name, value in seen[part].items() if name not in names}
    return seen


def test_a_jvm_serves_one_run_which_leaves_nothing_to_the_next(warm_service: GlueService) -> None:
    package = warm_service.upload(zipped(from_zip="name = 'zip'"), ".zip")
    run = finish_warm(
        warm_service,
        START + "print(pid, os.environ['TMPDIR'])\n" + SCRIPT + LEAVES,
        DefaultArguments={
            "--extra-py-files": package,
            "--conf": "spark.sql.shuffle.partitions=7 --conf spark.my.setting=\\x",
            "--day": "2024-06-25",
        },
    )
    assert run["JobRunState"] == "SUCCEEDED", warm_service.lines(run, "error")
    assert warm_service.printed_json(run) == printed_by(run)
    assert warm_service.lines(run)[-2] == WARNED
    pid, temporary = warm_service.lines(run)[0].split(" ", 1)

    failed = finish_warm(warm_service, START + SEES + FAILING)  # as a cold one says what failed in a worker
    assert failed["JobRunState"] == "FAILED"
    assert failed["ErrorMessage"] == "ZeroDivisionError: integer division or modulo by zero"
    seen = json.loads(next(line for line in warm_service.lines(failed) if line.startswith("{")))
    assert (seen["left"], seen["views"], seen["confs"]) == (None, [], "4")
    assert seen["folders"][0] == seen["folders"][1]
    assert seen["app"].endswith(".py")
    assert seen["worker"] == seen["script"]
    assert not [one for one in (int(pid), seen["pid"]) if is_alive(one)]
    assert int(pid) != seen["pid"]
    assert temporary != seen["temporary"]


def test_stopping_a_run_ends_its_jvm_too_though_that_is_frozen(warm_service: GlueService) -> None:
    wait_for_a_warm_driver(warm_service)
    frozen = "import signal, time\nprint(os.getpid(), pid, flush=True)\nos.kill(pid, signal.SIGSTOP)\n"
    job = warm_service.job(START + frozen + "time.sleep(300)", command="glueetl", GlueVersion="5.1")
    run_id = warm_service.start(job)
    pids = pids_of(warm_service, job, run_id)
    warm_service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert warm_service.wait(job, run_id)["JobRunState"] == "STOPPED"
    assert not any(is_alive(pid) for pid in pids)


def test_a_jvm_that_dies_fails_its_run_and_is_no_success(warm_service: GlueService) -> None:
    wait_for_a_warm_driver(warm_service)
    job = warm_service.job(
        START + "import signal\nos.kill(pid, signal.SIGKILL)",  # a script that would never notice
        command="glueetl",
        GlueVersion="5.1",
    )
    run = warm_service.finish(job)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == ("The script came to its end, but its driver JVM ended with exit code 137.")


def test_a_jvm_that_does_not_end_after_its_script_is_ended_by_the_timeout(warm_service: GlueService) -> None:
    frozen = "import signal\nprint('over', flush=True)\nos.kill(pid, signal.SIGSTOP)\nos._exit(0)"
    wait_for_a_warm_driver(warm_service)
    job = warm_service.job(START + frozen, command="glueetl", GlueVersion="5.1", Timeout=12)
    run = warm_service.wait(job, warm_service.start(job), seconds=60)  # the JVM alone would have 120
    assert run["JobRunState"] == "TIMEOUT"
    assert "over" in warm_service.lines(run)


def test_a_warm_driver_that_died_is_replaced_before_any_run_gets_it(warm_service: GlueService) -> None:
    wait_for_a_warm_driver(warm_service)
    jvms = jvms_below(warm_service)
    for jvm in jvms:
        jvm.kill()
    assert psutil.wait_procs(jvms, timeout=30)[1] == []
    run = warm_service.finish(warm_service.job("print(1)", command="glueetl", GlueVersion="5.1"))
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    wait_for_a_warm_driver(warm_service)


def test_a_service_that_is_killed_leaves_no_warm_driver_and_one_that_stops_no_half_of_one(
    warm_service: GlueService,
) -> None:
    wait_for_a_warm_driver(warm_service)
    waiting = jvms_below(warm_service)
    warm_service.server.stop(signal.SIGKILL)
    assert waiting
    assert psutil.wait_procs(waiting, timeout=30)[1] == []
    warm_service.server.start()
    started = wait_for("the start of the next one", lambda: jvms_below(warm_service), 120)
    warm_service.server.stop()
    assert psutil.wait_procs(started, timeout=30)[1] == []
    warm_service.server.start()  # other files use it, too


def finish_warm(service: GlueService, script: str, **definition: object) -> dict[str, object]:
    """Run a script as a Spark job when a warm driver waits for it; give the run."""
    wait_for_a_warm_driver(service)
    run: dict[str, object] = service.finish(
        service.job(script, command="glueetl", GlueVersion="5.1", **definition)
    )
    assert service.lines(run, "error")[1] == WARM
    return run


def jvms_below(service: GlueService) -> list[psutil.Process]:
    assert service.server.process
    below = psutil.Process(service.server.process.pid).children(recursive=True)
    return [process for process in below if process.name() == "java"]
