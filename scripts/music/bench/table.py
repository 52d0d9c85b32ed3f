"""Every row of the benchmark's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glue_sandbox.bench.harness import own_sandbox
from glue_sandbox.start import start
from music.bench.dynamic_frames.catalog import measure_catalog
from music.bench.dynamic_frames.frames import measure_frames
from music.bench.jobs.cores import measure_cores
from music.bench.jobs.growth import bench_of, measure_many_files, whole
from music.bench.jobs.history import measure_growth
from music.bench.jobs.loader import compare_loaders
from music.bench.jobs.million import measure_calculate, measure_real_size, measure_validate
from music.bench.rows import P95_ROUNDS, ROWS_OF_A_REAL_FILE, Result, Row, Size
from music.bench.waits.api import measure_api
from music.bench.waits.idle import measure_demo, measure_idle, measure_up_again
from music.bench.waits.times import file_to_kpis

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

FILES = 10_000


def measure_file(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds from a file's upload to its KPIs in DynamoDB, and to the end of its run."""
    with own_sandbox(settings) as mine:
        start(mine)
        files = [file_to_kpis(mine, number) for number in range(size.rounds)]
    title = f"file of {ROWS_OF_A_REAL_FILE:,} listens, warm"
    return [
        Result(
            f"{title}, to its KPIs in DynamoDB", "s", [file.in_dynamodb for file in files], 15, is_p95=True
        ),
        Result(f"{title}, to the end of its run", "s", [file.archived for file in files], is_p95=True),
    ]


def measure_loader(settings: Settings, size: Size) -> list[Result]:
    """Return the loader's time beside that of as many items by plain BatchWriteItem."""
    with bench_of(settings, warm_drivers=0) as bench:
        times = compare_loaders(bench.settings, size.rounds)
    own, plain = ([1000 * each for each in some] for some in (times.loader, times.plain))
    return [Result("loader, milliseconds an item", "ms", own, 1.3, "BatchWriteItem, 4 threads", plain)]


def measure_files(settings: Settings, size: Size) -> list[Result]:
    """Return the minutes of all steps of one run of many files."""
    minutes = []
    for _ in range(size.rounds):
        with bench_of(settings) as bench:
            minutes.append(whole(measure_many_files(bench, size.of(FILES))).seconds / 60)
    return [Result(f"{size.of(FILES):,} files of one run, all steps", "minutes", minutes, 3)]


ROWS = (
    Row("file", measure_file, P95_ROUNDS, 30),
    Row("calculate-real", measure_real_size, 5, 15),
    Row("calculate", measure_calculate, 3, 30),
    Row("validate", measure_validate, 3, 15),
    Row("loader", measure_loader, 3, 20),
    Row("files", measure_files, 1, 30),
    Row("idle", measure_idle, 3, 20),
    Row("up", measure_up_again, 5, 15),
    Row("demo", measure_demo, 1, 20),
    Row("frames", measure_frames, 5, 15),
    Row("catalog", measure_catalog, 5, 15),
    Row("growth", measure_growth, 3, 60),
    Row("cores", measure_cores, 1, 60),
    Row("api", measure_api, 3, 15),
)
BY_NAME = {row.name: row for row in ROWS}
