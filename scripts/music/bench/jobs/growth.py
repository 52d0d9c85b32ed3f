"""What a run costs as history grows, as a day comes in many files, and for many files at once.

The four jobs and the crawler run in the local Glue service of a sandbox of their own, without Airflow; a
proxy counts what they ask of S3. Seconds depend on the machine, so ratios are told; counts are exact.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from glue_sandbox.bench.s3_traffic import Traffic, counted
from glue_sandbox.clients import client, s3
from glue_sandbox.deploy.deployment import deploy
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import ENDED
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import glue, ministack
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.startup.steps import nothing_cuts_short
from glue_sandbox.terminal.console import step
from music.bench.jobs.glue_starts import wait_for_a_warm_driver
from music.runs.step_results import STEPS
from music_streams import layout, storage
from music_streams.deliveries import manifest
from music_streams.threads import in_threads

LISTENS_A_DAY = 1_000
HISTORY_DAYS = 60
FRAGMENTS = 200
LISTENS_A_FILE = 10
DAYS_OF_MANY_FILES = 7
FIRST_DAY = date(2023, 1, 1)
FRAGMENTED_DAY, DAY_OF_MANY_FILES = 700, 800  # a listen after its delivery would be refused
TRACKS, USERS = 200, 300
CRAWL = "crawl_music_streams"
NEVER = {"--most_files_per_date": "1000000"}
RUN_SECONDS, LOOK_SECONDS = 1800.0, 0.02


@dataclass(frozen=True)
class Cost:
    """Of one run, or of one job of it."""

    seconds: float
    requests: int
    objects_read: int
    bytes_read: int


Costs = dict[str, Cost]
"""By job, and of the crawl."""


class Bench:
    """A sandbox without Airflow whose jobs are counted."""

    def __init__(self, settings: Settings, traffic: Traffic, crawler: str) -> None:
        self.settings = settings
        self._crawler = crawler
        self.s3 = s3(settings)
        self.bucket = settings.data_bucket
        self._glue = client(settings, "glue")
        self._traffic = traffic
        self._runs = 0
        self._deliveries = 0

    def deliver(self, day: int, listens: int = LISTENS_A_DAY, files: int = 1) -> None:
        """New listens of a day, in so many files."""
        for_date = (FIRST_DAY + timedelta(day)).isoformat()
        self._deliveries += 1
        number = self._deliveries

        def put(file: int) -> None:
            rows = (
                f"u{(row * 7 + number) % USERS},t{(row * row + file) % TRACKS},{for_date} "
                f"{row // 3600 % 24:02}:{row // 60 % 60:02}:{row % 60:02}.{number:03}{file % 1000:03}"
                for row in range(listens)
            )
            body = "\n".join(["user_id,track_id,listen_time", *rows, ""]).encode()
            key = f"{layout.landing_folder('streams')}{number}/{for_date}_{file}.csv"
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

        in_threads(put, range(files))

    def deliver_songs(self) -> None:
        """As many genres as real ones have."""
        rows = [f"t{n},name {n},someone,genre {n % 20},180000" for n in range(TRACKS)]
        body = "\n".join(["track_id,track_name,artists,track_genre,duration_ms", *rows, ""])
        key = f"{layout.landing_folder('songs')}songs.csv"
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode())

    def run(self, arguments: dict[str, str] | None = None) -> Costs:
        """One run of the DAG's jobs on what has landed, and of its crawl; what each cost."""
        batch_id = self.frozen_batch()
        costs = {job: self.job(job, batch_id, arguments) for job in STEPS}
        return {**costs, CRAWL: self._crawl()}

    def frozen_batch(self) -> str:
        """Return the id of a new batch, of what has landed."""
        self._runs += 1
        batch_id = f"bench{self._runs}"
        manifest.freeze(self.s3, self.bucket, layout.LANDING_PREFIX, batch_id)
        return batch_id

    def deliver_files(self, folder: Path, files: Iterable[Path]) -> str:
        """Put these files of a delivery in an empty bucket; return the id of their batch."""
        storage.delete_below(self.s3, self.bucket, "")
        for file in files:
            key = layout.landing_key(file.relative_to(folder).as_posix())
            self.s3.upload_file(str(file), self.bucket, key)
        return self.frozen_batch()

    def _crawl(self) -> Cost:
        name = self._crawler
        self._traffic.reset()
        began = time.monotonic()
        self._glue.start_crawler(Name=name)
        crawler: dict[str, Any] = {"State": "RUNNING"}
        while crawler["State"] != "READY" and time.monotonic() - began < RUN_SECONDS:
            time.sleep(0.1)
            crawler = dict(self._glue.get_crawler(Name=name)["Crawler"])
        last = crawler.get("LastCrawl", {})
        if crawler["State"] != "READY" or last["Status"] != "SUCCEEDED":
            found = f"{crawler['State']}: {last.get('ErrorMessage', '')}"
            raise SandboxError(f"{name} to succeed", found, f"less {glue(self.settings).log}")
        return self._cost(began)

    def _cost(self, began: float) -> Cost:
        seen = self._traffic
        return Cost(time.monotonic() - began, seen.requests, seen.objects_read, seen.bytes_read)

    def job(self, job: str, batch_id: str, arguments: dict[str, str] | None = None) -> Cost:
        """Run one job of a batch; a Spark job when the drivers that wait for it are ready.

        Raises:
            SandboxError: the run did not succeed.
        """
        spark = job == "calculate_metrics_etl"
        if spark:
            wait_for_a_warm_driver(self.settings)

        self._traffic.reset()
        began = time.monotonic()
        given = {"--batch_id": batch_id, **(arguments or {} if spark else {})}
        run_id = self._glue.start_job_run(JobName=job, Arguments=given)["JobRunId"]

        while time.monotonic() - began < RUN_SECONDS:
            run: dict[str, Any] = self._glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
            if run["JobRunState"] in ENDED:
                break
            time.sleep(LOOK_SECONDS)

        if run["JobRunState"] != "SUCCEEDED":
            found = f"{run['JobRunState']}: {run.get('ErrorMessage', '')}"
            raise SandboxError(f"{job} to succeed", found, f"less {glue(self.settings).log}")

        return self._cost(began)

    def files_of(self, day: int) -> list[str]:
        """The curated files of a day."""
        prefix = layout.curated_partition((FIRST_DAY + timedelta(day)).isoformat())
        return [entry["Key"] for entry in storage.list_objects(self.s3, self.bucket, prefix)]

    def fragment(self, day: int, files: int) -> None:
        """Leave the day's curated listens as so many runs would have left them: a file of each."""
        import duckdb

        (key,) = self.files_of(day)
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder) / "whole.parquet"
            self.s3.download_file(self.bucket, key, str(whole))
            for number in range(files):
                part = Path(folder) / f"{number}.parquet"
                duckdb.sql(
                    f"COPY (SELECT * FROM '{whole}' WHERE hash(user_id, track_id, listen_time) % {files}"  # noqa: S608
                    f" = {number}) TO '{part}' (FORMAT parquet)"
                )
                self.s3.upload_file(str(part), self.bucket, f"{key}.{number}.parquet")
        storage.delete_keys(self.s3, self.bucket, [key])


@contextmanager
def bench_of(settings: Settings, is_counted: bool = False, warm_drivers: int = 1) -> Iterator[Bench]:
    """Emulator, proxy and Glue service on free ports, gone afterwards; without the proxy none is counted."""
    state = settings.home / ("bench-counted" if is_counted else "bench-files")
    front, emulator_port, airflow_port, proxy = free_ports(4)
    ports = {"sandbox_port": front, "emulator_port": emulator_port, "airflow_port": airflow_port}
    mine = settings.model_copy(
        update={**ports, "state": state, "glue_warm_drivers": warm_drivers, "mode": "embedded"}
    )
    shutil.rmtree(state, ignore_errors=True)
    supervisor = Supervisor(mine)

    try:
        with counted(proxy, emulator_port) as traffic:
            supervisor.ensure(ministack(mine))
            behind = mine.model_copy(update={"emulator_port": proxy}) if is_counted else mine
            supervisor.ensure(glue(behind))
            deployed = deploy(mine, airflow_url="http://127.0.0.1:9", airflow_user="", airflow_password="")
            # Nobody is there to be told of deliveries.
            s3(mine).put_bucket_notification_configuration(
                Bucket=mine.data_bucket, NotificationConfiguration={}
            )
            bench = Bench(mine, traffic, deployed.outputs["CrawlerName"])
            bench.deliver_songs()
            yield bench
    finally:
        with nothing_cuts_short():
            supervisor.stop_all()
            shutil.rmtree(state, ignore_errors=True)


def measure_history(bench: Bench, rounds: int) -> tuple[list[Costs], list[Costs]]:
    """Runs of one new day each, with little history and with sixty days of it."""
    day = iter(range(HISTORY_DAYS + 1, 10_000))

    def new_day() -> Costs:
        bench.deliver(next(day))
        return bench.run()

    bench.deliver(0)
    bench.run()
    with step("runs with one day of history"):
        before = [new_day() for _ in range(rounds)]

    with step(f"a history of {HISTORY_DAYS} days"):
        for each in range(1, HISTORY_DAYS):
            bench.deliver(each)
        bench.run()

    with step(f"runs with {HISTORY_DAYS} days of history"):
        after = [new_day() for _ in range(rounds)]
    return before, after


def measure_fragmented(bench: Bench, rounds: int) -> tuple[list[Cost], Cost, list[Cost]]:
    """Return the cost of late listens for a fragmented day: before, with and after its compaction."""
    day = FRAGMENTED_DAY
    bench.deliver(day, listens=10_000)
    bench.run()
    bench.fragment(day, FRAGMENTS)

    def late(arguments: dict[str, str] | None = None) -> Cost:
        bench.deliver(day, listens=10)
        return bench.run(arguments)["calculate_metrics_etl"]

    with step(f"late listens of a day of {len(bench.files_of(day))} curated files"):
        before = [late(NEVER) for _ in range(rounds)]

    with step("the run that compacts it") as running:
        compacting = late()
        running.result = f"{len(bench.files_of(day))} curated files"

    with step("late listens afterwards"):
        after = [late() for _ in range(rounds)]
    return before, compacting, after


def measure_many_files(bench: Bench, files: int) -> Costs:
    """One run of so many small files over a week."""
    with step(f"deliver {files:,} files"):
        for day in range(DAYS_OF_MANY_FILES):
            of_day = files // DAYS_OF_MANY_FILES + (day < files % DAYS_OF_MANY_FILES)
            bench.deliver(DAY_OF_MANY_FILES + day, LISTENS_A_FILE, of_day)
    with step(f"one run of {files:,} files"):
        return bench.run()


def whole(costs: Costs) -> Cost:
    """All jobs of a run together, and its crawl."""
    parts = costs.values()
    return Cost(
        sum(part.seconds for part in parts),
        sum(part.requests for part in parts),
        sum(part.objects_read for part in parts),
        sum(part.bytes_read for part in parts),
    )


def typical(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(cost.seconds for cost in costs),
        round(median(cost.requests for cost in costs)),
        round(median(cost.objects_read for cost in costs)),
        round(median(cost.bytes_read for cost in costs)),
    )
