"""Measures what users wait for, in a sandbox of its own: medians, and the targets beside them."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from rich.table import Table

from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.bench.harness import numbers, own_sandbox, peak_memory, restart, seconds_of
from glue_sandbox.bench.usage import GB
from glue_sandbox.clients import s3
from glue_sandbox.settings import Settings
from glue_sandbox.start import start
from glue_sandbox.terminal.console import out, step
from music.bench.jobs.glue_starts import measure_glue, wait_for_a_warm_driver
from music.bench.jobs.loader import compare_loaders
from music.bench.rows import ROWS_OF_A_REAL_FILE
from music.deliveries.generate import generate
from music.deliveries.upload import collect, upload
from music.deliveries.waiting import all_processed
from music.generated_days import FIRST_GENERATED_DAY


def measure(settings: Settings, rounds: int) -> None:
    """Run the benchmark and print one row per measure."""
    with own_sandbox(settings) as mine, peak_memory(mine.state) as memory:
        first_up = seconds_of(lambda: start(mine))
        restarts = [restart(mine) for _ in range(rounds)]
        files = [file_to_kpis(mine, number).archived for number in range(rounds)]
        loaders = compare_loaders(mine, rounds)
        with step("Spark jobs that start cold and warm, in turns"):
            service = measure_glue(mine, rounds)

    table = Table(box=None, pad_edge=False)
    for heading in ("MEASURE", "MEDIAN", "ALL", "TARGET"):
        table.add_column(heading)

    table.add_row("first `make up`, environments there", f"{first_up:.1f} s", "", "")
    table.add_row("second `make up` to all healthy", *numbers(restarts), "15 s")
    table.add_row(f"file of {ROWS_OF_A_REAL_FILE:,} listens to KPIs and archive", *numbers(files), "60 s")
    table.add_row("peak memory of all processes", f"{memory[0] / GB:.1f} GB", "", "4 GB")
    loader, plain = (
        [f"{1000 * each:.2f}" for each in each_round] for each_round in (loaders.loader, loaders.plain)
    )
    per_item = [f"{1000 * median(loaders.loader):.2f} ms", f"{1000 * median(loaders.one_by_one):.2f} ms"]
    table.add_row("loader, per item", per_item[0], f"one update_item per row: {per_item[1]}", "")
    against = f"{loader} ms an item; plain: {plain}"
    table.add_row("loader against plain BatchWriteItem", f"{loaders.to_plain:.2f}", against, "1.3")
    table.add_row("loader, times as fast as one by one", f"{loaders.to_one_by_one:.0f}", "", "10")
    table.add_row("small Spark job, cold start", *numbers(service.cold))
    table.add_row("small Spark job, warm start", *numbers(service.warm))
    table.add_row("warm start, times as fast as cold", f"{service.start_ratio:.1f}", "", "3")
    table.add_row("StartJobRun to the first line, cold", *numbers(service.cold_first_line))
    table.add_row("StartJobRun to the first line, warm", *numbers(service.warm_first_line))
    table.add_row("GetJobRun per second", f"{service.reads_per_second:.0f}", "", "200")
    table.add_row("50 MB put, reverse proxy against direct", f"{service.proxy_ratio:.2f}", "", "1.3")
    out.print(table)


@dataclass(frozen=True)
class FileTimes:
    """Seconds from the begin of a file's upload."""

    in_dynamodb: float
    """To the end of the step that loads its KPIs."""
    archived: float
    """To the end of its run."""


def file_to_kpis(settings: Settings, number: int) -> FileTimes:
    """Deliver one more file, of a day of its own, with the songs and users; return how long its run took."""
    folder = settings.state / "delivery"
    generate(ROWS_OF_A_REAL_FILE, 1, number, folder, users=50_000, songs=10_000)
    # One catalogue for all rounds, as a sender replaces it: the names differ by their seed.
    for kind in ("songs", "users"):
        (generated,) = (folder / kind).glob("generated_*.csv")
        generated.replace(folder / kind / f"{kind}.csv")

    day, own_day = (
        date.isoformat().encode() for date in (FIRST_GENERATED_DAY, FIRST_GENERATED_DAY + timedelta(number))
    )
    streams = sorted((folder / "user_streams").glob("*.csv"))
    with (folder / "user_streams" / f"bench_{number}.csv").open("wb") as joined:
        for position, part in enumerate(streams):
            heading, rows = part.read_bytes().split(b"\n", 1)
            joined.write((b"" if position else heading + b"\n") + rows.replace(day, own_day))
            part.unlink()

    with open_dag(settings) as dag:
        known = dag.started_runs()

    wait_for_a_warm_driver(settings)  # as between two deliveries
    with step(f"file {number + 1}") as running:
        seconds = _deliver(settings, folder, known)
        running.result = f"{ROWS_OF_A_REAL_FILE:,} listens, in DynamoDB after {seconds.in_dynamodb:.1f} s"

    shutil.rmtree(folder)
    return seconds


def _deliver(settings: Settings, folder: Path, known: set[str]) -> FileTimes:
    began = time.time()
    for _ in upload(s3(settings), settings.data_bucket, collect([folder])):
        continue
    with open_dag(settings) as dag:
        runs = dag.follow(known, partial(all_processed, settings), 600, lambda _run, _tasks: None)
        loads = [task for run in runs for task in dag.tasks(run) if task.task_id == "insert_metrics_dynamo"]

    loaded = max(datetime.fromisoformat(task.end_date).timestamp() for task in loads if task.end_date)
    return FileTimes(loaded - began, time.time() - began)
