"""Task states of runs: a live table for people, a line per change where nobody watches."""

from __future__ import annotations

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.terminal.console import out

COLOURS = {"success": "green", "failed": "red", "running": "yellow", "deferred": "yellow", "skipped": "dim"}


class TaskProgress:
    """Shows the runs that it is told of, as long as it is entered."""

    def __init__(self) -> None:
        self._live = Live(console=out, refresh_per_second=4) if out.is_terminal else None
        self._seen: dict[tuple[str, str], str | None] = {}
        self._tables: dict[str, Group] = {}

    def __enter__(self) -> TaskProgress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def update(self, run: DagRun, tasks: list[TaskInstance]) -> None:
        """Show the states as they are now."""
        if self._live:
            self._live.start()  # with the first run: of none, not even an empty line is shown
            self._tables[run.run_id] = _task_table(run, tasks)
            self._live.update(Group(*self._tables.values()))
            return

        if run.waits_for and self._seen.get((run.run_id, "")) != run.waits_for:
            self._seen[run.run_id, ""] = run.waits_for
            out.print(f"  waits for run {run.waits_for}")
        for task in tasks:
            if task.state and self._seen.get((run.run_id, task.task_id)) != task.state:
                self._seen[run.run_id, task.task_id] = task.state
                out.print(f"  {task.task_id:<24} {task.state} {_seconds(task)}".rstrip())


def _task_table(run: DagRun, tasks: list[TaskInstance]) -> Group:
    """Return the run's id, in a line of its own that may be copied, and its tasks below."""
    name = Text(run.run_id, style="italic", no_wrap=True, overflow="ignore")
    if run.waits_for:
        return Group(name, Text(f"  waits for run {run.waits_for}", style="yellow"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for task in tasks:
        state = task.state or "waiting"
        table.add_row(f"  {task.task_id}", f"[{COLOURS.get(state, 'dim')}]{state}[/]", _seconds(task))
    return Group(name, table)


def _seconds(task: TaskInstance) -> str:
    return f"({task.seconds:.1f} s)" if task.seconds else ""
