"""The same listens on one core, on two, and on a standalone cluster of two workers of one core each."""

from __future__ import annotations

import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import psutil

from glue_sandbox.bench.usage import ended_children
from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.process_table import stop_tree
from glue_sandbox.processes.services import spark_and_java
from glue_sandbox.terminal.console import step
from music.bench.jobs.growth import bench_of
from music.bench.jobs.million import CALCULATE, VALIDATE, with_cpu
from music.bench.rows import CPU, Result, Size
from music.deliveries.generate import generate

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

LISTENS = 5_000_000
DAYS, WORKERS = 7, 2
START_SECONDS = 60.0


@dataclass(frozen=True)
class Cluster:
    """A master and its workers, as processes of this machine."""

    url: str
    secret: str = field(repr=False)
    workers: list[psutil.Process]

    def cpu_of_executors(self) -> float:
        """Return the CPU seconds of the executors that have ended."""
        return sum(map(ended_children, self.workers))


def measure_cores(settings: Settings, size: Size) -> list[Result]:
    """Return the Spark job's seconds and CPU seconds in each of the three places."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        delivery = Path(folder) / "delivery"
        files = generate(size.of(LISTENS), DAYS, 1, delivery)
        for cores in (1, 2):
            place = settings.model_copy(update={"glue_cores": cores})
            results += _measured(place, delivery, files, size, f"local, cores: {cores}")
        with cluster_of(settings, Path(folder) / "cluster") as cluster:
            of_cluster = {"glue_spark_master": cluster.url, "glue_spark_secret": cluster.secret}
            place = settings.model_copy(update={"glue_cores": 1, **of_cluster})
            title = f"cluster, workers of one core: {WORKERS}"
            results += _measured(place, delivery, files, size, title, cluster)
    return results


def _measured(
    settings: Settings,
    delivery: Path,
    files: list[Path],
    size: Size,
    title: str,
    cluster: Cluster | None = None,
) -> list[Result]:
    listens = size.of(LISTENS)
    seconds, cpu = [], []

    with bench_of(settings, warm_drivers=0) as bench:
        for _ in range(size.rounds):
            batch_id = bench.deliver_files(delivery, files)
            bench.job(VALIDATE, batch_id)
            executors = cluster.cpu_of_executors() if cluster else 0.0
            with step(f"{listens:,} listens, {title}"):
                cost, used = with_cpu(bench, CALCULATE, batch_id)
            seconds.append(cost.seconds)
            cpu.append(used + (cluster.cpu_of_executors() - executors if cluster else 0.0))

    return [
        Result(f"{listens:,} listens, {title}", "s", seconds),
        Result(f"{listens:,} listens, {title}: CPU", CPU, cpu),
    ]


@contextmanager
def cluster_of(settings: Settings, folder: Path) -> Iterator[Cluster]:
    """Start a standalone master and two workers of one core; end them afterwards."""
    spark, java = spark_and_java(settings)
    secret = secrets.token_hex()
    (folder / "conf").mkdir(parents=True)
    env = child_environment(
        settings,
        {
            "SPARK_HOME": str(spark),
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": "-Dspark.authenticate=true",
            "_SPARK_AUTH_SECRET": secret,
            "JAVA_HOME": str(java),
        },
    )
    port, page, *pages = free_ports(2 + WORKERS)
    url = f"spark://127.0.0.1:{port}"
    started: list[psutil.Process] = []

    def daemon(name: str, its_page: int, *options: str) -> None:
        main_class = f"org.apache.spark.deploy.{name.lower()}.{name}"
        command = [str(spark / "bin" / "spark-class"), main_class, "--webui-port", str(its_page), *options]
        log = folder / f"{name}-{its_page}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=env, stdout=output, stderr=output)
        started.append(psutil.Process(process.pid))
        _wait_for_page(its_page, log)

    try:
        daemon("Master", page, "--host", "127.0.0.1", "--port", str(port))
        for each in pages:
            work = str(folder / f"work-{each}")
            daemon("Worker", each, "--cores", "1", "--memory", "1g", "--work-dir", work, url)
        yield Cluster(url, secret, started[1:])
    finally:
        for process in reversed(started):
            stop_tree(process, 5.0)


def _wait_for_page(port: int, log: Path) -> None:
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with opener.open(f"http://127.0.0.1:{port}/json/", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SandboxError("Spark's cluster to start", f"no answer in {START_SECONDS:.0f} s", f"less {log}")
