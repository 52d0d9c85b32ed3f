"""validate_input_files and calculate_metrics_etl on a large delivery, and DuckDB on the same CSV files."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from glue_sandbox.bench.usage import cpu_of_runs
from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.console import step
from music.audit.compare import differences
from music.bench.jobs.growth import Bench, Cost, bench_of
from music.bench.rows import CPU, ROWS_OF_A_REAL_FILE, Result, Size
from music.deliveries.generate import generate
from music_streams import layout, storage
from music_streams.contracts import KPI_TABLES
from music_streams.kpi_tables import snapshots

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

LISTENS = 1_000_000
DAYS = 7
VALIDATE, CALCULATE = "validate_input_files", "calculate_metrics_etl"
Item = dict[str, Any]


def measure_calculate(settings: Settings, size: Size) -> list[Result]:
    """Return the job's CPU time beside DuckDB's, whose five tables must be the same, and its seconds."""
    listens = size.of(LISTENS)
    costs, cpu, duckdb = [], [], []

    with tempfile.TemporaryDirectory() as delivery, bench_of(settings, warm_drivers=0) as bench:
        files = generate(listens, DAYS, 1, Path(delivery))
        for number in range(size.rounds):
            batch_id = bench.deliver_files(Path(delivery), files)
            bench.job(VALIDATE, batch_id)
            with step(f"{listens:,} listens by Spark and by DuckDB, round {number + 1}"):
                cost, seconds = with_cpu(bench, CALCULATE, batch_id)
                of_duckdb, wanted = answer_of_duckdb(settings, Path(delivery))

            must_be_equal(wanted, output_items(bench))
            costs.append(cost.seconds)
            cpu.append(seconds)
            duckdb.append(of_duckdb)

    title = f"{CALCULATE}, {listens:,} listens of {DAYS} days, cold"
    return [
        Result(f"{title}: CPU, its answer equal", CPU, cpu, 4, "DuckDB, 2 threads", duckdb),
        Result(title, "s", costs, 60),
    ]


def measure_validate(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds and the CPU seconds of the first job."""
    listens = size.of(LISTENS)
    costs, cpu = [], []
    with tempfile.TemporaryDirectory() as delivery, bench_of(settings, warm_drivers=0) as bench:
        files = generate(listens, DAYS, 1, Path(delivery))
        for _ in range(size.rounds):
            cost, seconds = with_cpu(bench, VALIDATE, bench.deliver_files(Path(delivery), files))
            costs.append(cost.seconds)
            cpu.append(seconds)
    title = f"{VALIDATE}, {listens:,} listens of {DAYS} days"
    return [Result(title, "s", costs, 10), Result(f"{title}: CPU", CPU, cpu)]


def measure_real_size(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds of the Spark job on as much as one real file holds, on a warm driver."""
    costs = []
    with tempfile.TemporaryDirectory() as delivery, bench_of(settings) as bench:
        files = generate(ROWS_OF_A_REAL_FILE, 1, 1, Path(delivery), users=50_000, songs=10_000)
        for _ in range(size.rounds):
            batch_id = bench.deliver_files(Path(delivery), files)
            bench.job(VALIDATE, batch_id)
            costs.append(bench.job(CALCULATE, batch_id).seconds)
    return [Result(f"{CALCULATE}, {ROWS_OF_A_REAL_FILE:,} listens, warm", "s", costs, 5)]


def with_cpu(bench: Bench, job: str, batch_id: str) -> tuple[Cost, float]:
    """Return what a run cost, and the CPU seconds of all its processes."""
    before = cpu_of_runs(bench.settings)
    cost = bench.job(job, batch_id)
    return cost, cpu_of_runs(bench.settings) - before


def answer_of_duckdb(settings: Settings, delivery: Path) -> tuple[float, dict[str, list[Item]]]:
    """Return DuckDB's CPU seconds and the items of its five tables.

    Raises:
        SandboxError: DuckDB refused the files; with what it said.
    """
    with tempfile.NamedTemporaryFile() as items:
        listens = settings.root / "tests" / "oracle.sql"
        command = [
            sys.executable,
            "-m",
            "music.bench.jobs.duckdb_kpis",
            *map(str, (listens, delivery, items.name)),
        ]
        path = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            found = f"exit code {done.returncode}"
            raise SandboxError("DuckDB's answer", found, "make bench ONLY=calculate", done.stderr)

        answer: dict[str, list[Item]] = pickle.loads(Path(items.name).read_bytes())  # noqa: S301 - our own
        return float(done.stdout), answer


def output_items(bench: Bench) -> dict[str, list[Item]]:
    """Return the items that the loader would put, from what the job left in output/."""
    read = TypeDeserializer().deserialize
    items: dict[str, list[Item]] = {table.name: [] for table in KPI_TABLES}
    for table in KPI_TABLES:
        prefix = layout.output_prefix(table)
        for entry in storage.list_objects(bench.s3, bench.bucket, prefix):
            date = entry["Key"].removeprefix(prefix).partition("/")[0].partition("=")[2]
            lines = bench.s3.get_object(Bucket=bench.bucket, Key=entry["Key"])["Body"].read().splitlines()
            for _, line in snapshots.canonical_lines(table, date, [lines]):
                values = snapshots.attribute_values(table.columns, json.loads(line))
                items[table.name].append({name: read(value) for name, value in values.items()})
    return items


def must_be_equal(wanted: dict[str, list[Item]], found: dict[str, list[Item]]) -> None:
    """Compare two answers, item by item.

    Raises:
        SandboxError: names the first difference.
    """
    for table in KPI_TABLES:
        for first in differences(table.key, wanted[table.name], found[table.name]):
            where = f"{table.name} {first.key} {first.attribute or ''}"
            raise SandboxError(
                "Spark's answer to equal DuckDB's",
                f"{where}: {first.found} for {first.wanted}",
                "make test-service",
            )
