"""The local Glue service: warm and cold starts in turns, reads of a run's state, and the reverse proxy."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from glue_sandbox.clients import client
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import ENDED
from glue_sandbox.processes.services import glue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glue_sandbox.settings import Settings

JOB = "bench_start"
SCRIPT = """\
import time
print(time.time(), flush=True)
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.range(1000).selectExpr("id % 7 AS day").groupBy("day").count().count())
"""
# A setting of the JVM itself, of the value it has anyway: the run can't take one that waits.
COLD = {"--conf": "spark.driver.userClassPathFirst=false"}
SPARE_SECONDS, RUN_SECONDS = 300.0, 300.0
READ_SECONDS, READERS = 5.0, 4
MEGABYTES, PAIRS = 50, 41  # a put is short: on a busy machine one pair's ratio says nothing


@dataclass
class GlueTimes:
    """Seconds, one number per round, beside the reads of one measurement."""

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    warm_first_line: list[float] = field(default_factory=list)
    cold_first_line: list[float] = field(default_factory=list)
    put_through: list[float] = field(default_factory=list)
    put_direct: list[float] = field(default_factory=list)
    reads_per_second: float = 0.0

    @property
    def start_ratio(self) -> float:
        """How many times as fast a small Spark job is when it starts warm."""
        return median(self.cold) / median(self.warm)

    @property
    def proxy_ratio(self) -> float:
        """How many times as long a put takes through the reverse proxy as the direct one beside it."""
        pairs = zip(self.put_through, self.put_direct, strict=True)
        return median(through / direct for through, direct in pairs)


def measure_glue(settings: Settings, rounds: int) -> GlueTimes:
    """Run a small Spark job cold and warm in turns, then read its state, then put objects."""
    times = GlueTimes()
    api = client(settings, "glue")
    with _job(settings, api):
        for _ in range(rounds):
            for arguments, whole, first in (
                (COLD, times.cold, times.cold_first_line),
                ({}, times.warm, times.warm_first_line),
            ):
                wait_for_a_warm_driver(settings)
                run_id, begun = _run(settings, api, arguments)
                whole.append(time.time() - begun)
                first.append(_first_line(settings, run_id) - begun)

        times.reads_per_second = _reads(settings, run_id)

    measure_door(settings, times)
    return times


def measure_door(settings: Settings, times: GlueTimes) -> None:
    """Put objects both ways, in pairs, so that what else the machine does falls on both."""
    direct = settings.model_copy(update={"sandbox_port": settings.emulator_port})
    sides = [(client(settings, "s3"), times.put_through), (client(direct, "s3"), times.put_direct)]
    body = b"\0" * MEGABYTES * 1024 * 1024
    for s3, _ in sides:
        _put(s3, settings.data_bucket, body)  # the first one also opens the connection
    for _ in range(PAIRS):
        for s3, seconds in sides:
            seconds.append(_put(s3, settings.data_bucket, body))
        sides.reverse()


@contextmanager
def _job(settings: Settings, api: Any) -> Iterator[None]:
    """A job of the role that the pipeline's Spark job has."""
    model = api.get_job(JobName="calculate_metrics_etl")["Job"]
    bucket = model["Command"]["ScriptLocation"].split("/")[2]
    key = f"jobs/{JOB}/{JOB}.py"
    client(settings, "s3").put_object(Bucket=bucket, Key=key, Body=SCRIPT.encode())
    api.create_job(
        Name=JOB,
        Role=model["Role"],
        GlueVersion=model["GlueVersion"],
        WorkerType="G.1X",
        NumberOfWorkers=2,
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/{key}", "PythonVersion": "3"},
    )

    try:
        yield
    finally:
        api.delete_job(JobName=JOB)


def _run(settings: Settings, api: Any, arguments: dict[str, str]) -> tuple[str, float]:
    """Id of a run that succeeded, and when it was asked for."""
    begun = time.time()
    run_id = api.start_job_run(JobName=JOB, Arguments=arguments)["JobRunId"]
    while time.time() - begun < RUN_SECONDS:
        run = api.get_job_run(JobName=JOB, RunId=run_id)["JobRun"]
        if run["JobRunState"] in ENDED:
            break
        time.sleep(0.05)
    if run["JobRunState"] != "SUCCEEDED":
        found = f"{run['JobRunState']}: {run.get('ErrorMessage', '')}"
        raise SandboxError("the benchmark's Spark job to succeed", found, f"less {glue(settings).log}")
    return str(run_id), begun


def _first_line(settings: Settings, run_id: str) -> float:
    """The moment that the script printed first."""
    logs = client(settings, "logs")
    events = logs.get_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamName=run_id, startFromHead=True
    )["events"]
    return float(events[0]["message"])


def wait_for_a_warm_driver(settings: Settings) -> None:
    """Also before cold runs: a warm driver that is being made would slow them down.

    Raises:
        SandboxError: none is ready in five minutes.
    """
    service = replace(glue(settings), healthy={"warm_drivers": settings.glue_warm_drivers})
    deadline = time.monotonic() + SPARE_SECONDS
    while not service.health():
        if time.monotonic() > deadline:
            raise SandboxError("a driver JVM that waits", "none in 5 minutes", f"less {service.log}")
        time.sleep(0.2)


def _reads(settings: Settings, run_id: str) -> float:
    """GetJobRun per second, of a few clients at once."""
    ended = threading.Event()
    clients = [client(settings, "glue") for _ in range(READERS)]  # each takes a second to make

    def read(api: Any) -> int:
        count = 0
        while not ended.is_set():
            api.get_job_run(JobName=JOB, RunId=run_id)
            count += 1
        return count

    with ThreadPoolExecutor(READERS) as threads:
        begun = time.monotonic()
        counts = [threads.submit(read, api) for api in clients]
        ended.wait(READ_SECONDS)
        ended.set()
        return sum(count.result() for count in counts) / (time.monotonic() - begun)


def _put(s3: Any, bucket: str, body: bytes) -> float:
    begun = time.monotonic()
    s3.put_object(Bucket=bucket, Key="bench/door", Body=body)
    seconds = time.monotonic() - begun
    s3.delete_object(Bucket=bucket, Key="bench/door")
    return seconds
