"""`make metrics`: the pipeline's CloudWatch metrics as a table, each with a sparkline over time.

The numbers are those of the dashboard: read by the code of its Lambda function.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.text import Text

from glue_sandbox.clients import client
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import working
from glue_sandbox.terminal.record_table import Column, RecordTable
from kpi_api.metrics import NAMESPACE, read_metrics

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


def print_metrics(settings: Settings, hours: int) -> None:
    """Print the metrics of the last hours.

    Raises:
        SandboxError: nothing runs.
    """
    must_run(settings)
    with working("Reading metrics"):
        found = read_metrics(client(settings, "cloudwatch"), hours, datetime.now(UTC))

    table = RecordTable(
        f"Metrics of {NAMESPACE}, the last {hours} h",
        [
            Column("METRIC"),
            Column("OF"),
            Column("SHOWN", drop=3),
            Column("LATEST", right=True),
            Column("ALL", right=True, drop=2),
            Column("OVER TIME", drop=1),
        ],
        empty="no job has published any; next: make seed",
    )
    for each in found:
        table.add(
            Text(each.name),
            Text(each.of),
            each.statistic.lower(),
            _number(each.latest, each.unit),
            _number(each.all, each.unit),
            Text(sparkline(each.points)),
        )
    table.show()


def sparkline(values: Sequence[float | None]) -> str:
    """Return one character per value, the highest is a full block; a dot where there is none."""
    highest = max((value for value in values if value is not None), default=0.0)
    return "".join(NOTHING if value is None else BLOCKS[_height(value, highest)] for value in values)


def _height(value: float, highest: float) -> int:
    return round(value / highest * (len(BLOCKS) - 1)) if highest > 0 else 0


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    text = f"{value:,.1f}" if value % 1 else f"{value:,.0f}"
    return f"{text} {unit}".rstrip()
