"""Every report at narrow widths and with long values: no word, heading or id is cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from rich.cells import cell_len

from glue_sandbox.permissions import view as permissions_view
from glue_sandbox.permissions.granted import Role
from glue_sandbox.permissions.needed import Permission
from glue_sandbox.permissions.report import compare
from glue_sandbox.processes import logs
from glue_sandbox.settings import Settings
from glue_sandbox.status import view as status_view
from glue_sandbox.status.published import Published
from glue_sandbox.terminal.console import out
from music import alerts, metrics
from music.kpis import view as kpis_view
from music.reports import rejected
from music.reports.kpis import Choice
from music.runs import files_view
from music.runs import view as runs_view
from music.runs.chosen import ChosenRuns
from music.runs.delivered import Delivered
from music.runs.history import History, Problem, Run
from music.runs.step_results import RunResults

WIDTHS = [60, 80, 100]
RUN_ID = "backfill_of_a_partner__2024-06-25T10:00:00.123456+00:00"
FILE = "user_streams/a_partner_in_a_land_of_long_words/listens_2024-06-25_part_0000001.csv"
GENRE = "singer-songwriter-and-progressive-bluegrass"
REASON = "missing_column: expected track_id, found user_id, listen_time, and_a_column_of_a_rather_long_name"
SENTENCE = (
    f"The run {RUN_ID} failed in calculate_metrics_etl: org.apache.spark.SparkException: no such bucket"
)


MANIFEST: dict[str, Any] = {"batch_id": RUN_ID, "files": []}


class Reader:
    """One day of long names."""

    def day(self, _: str) -> dict[str, Any]:
        numbers = {"listen_count": 123_456_789, "unique_listeners": 12_345_678}
        return {
            **numbers,
            "total_listening_time": Decimal(10**13),
            "avg_listening_time_per_user": Decimal(10**5),
        }

    def genres(self, date: str) -> list[dict[str, Any]]:
        return [{"track_genre": GENRE, **self.day(date)}]

    def top_genres(self, _: str) -> list[dict[str, Any]]:
        return [{"rank": 1, "track_genre": GENRE, "listens": 123_456_789}]

    def top_songs(self, _: str) -> list[dict[str, Any]]:
        song = {"rank": 1, "track_name": SENTENCE, "artists": f"{GENRE} {RUN_ID}", "listens": 123_456_789}
        return [{"track_genre": GENRE, "top_3_songs": [song]}]

    def top_tracks(self, _: str) -> list[dict[str, Any]]:
        names = {"track_id": "t" * 36, "track_name": SENTENCE, "track_genre": GENRE}
        counts = {"total_listens": 123_456, "unique_users": 1234, "total_listening_time": Decimal(10**12)}
        return [{**names, **counts}]


class CloudWatch:
    """One metric of a long name."""

    def get_paginator(self, name: str) -> Any:
        return self if name == "list_metrics" else Points()

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        dimensions = [{"Name": "Reason", "Value": f"{GENRE}_{GENRE}"}]
        return [{"Metrics": [{"MetricName": "LandingToKpiSeconds", "Dimensions": dimensions}]}]


class Points:
    """Nothing was published."""

    def paginate(self, **_: object) -> list[dict[str, Any]]:
        return []


def answering(answer: Any, *_: object) -> Any:
    return answer


def delivered() -> Delivered:
    counts = {"rows": 123_456_789, "new_listens": 123_456_789, "duplicate_rows": 1, "rejected_rows": 12_345}
    states = dict.fromkeys(("validation_status", "kpi_ingestion_status", "archival_status"), "SUCCESS")
    problems = {"error": REASON, "rejected_reasons": {"bad_listen_time": 1234}}
    at = "2024-06-25T10:00:00Z"
    file = {"key": f"spotify_data/{FILE}", "kind": "songs", "etag": "e", "last_modified": at}
    return Delivered(file, {**problems, **counts, **states}, is_earlier=True)


def show_kpis() -> None:
    reader: Any = Reader()
    for table in [
        kpis_view.day_summary(reader, ["2024-06-25"]),
        *kpis_view.day_details(reader, "2024-06-25"),
    ]:
        table.show()


def show_files() -> None:
    for table in (files_view.files, files_view.refused):
        table([delivered()], ChosenRuns([MANIFEST]), "make kpis ALL=1").show()


def show_runs() -> None:
    results = RunResults("b", "2024-06-25T10:00:00Z", None, 1234, 123, 123_456_789, 12_345_678, 1, None, 0)
    problem = Problem("calculate_metrics_etl", SENTENCE, SENTENCE)
    runs_view.show(History([Run(RUN_ID, results.began, 12_345.0, "not done", results, problem)], 0, 7))


def show_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = rejected.Refused(delivered(), 123_456, REASON, f"user_id={RUN_ID}, listen_time={SENTENCE}")
    answers: dict[str, Any] = {
        "KpiReader": None,
        "must_run": {},
        "choose_runs": ChosenRuns([MANIFEST], 2),
        "refused_of": [refused],
        "under_way_in": f"run {RUN_ID} is at validate_input_files (step 3 of 9)",
    }
    for name, answer in answers.items():
        monkeypatch.setattr(rejected, name, partial(answering, answer))
    rejected.print_rejected(Settings(), Choice())


def show_alerts(monkeypatch: pytest.MonkeyPatch) -> None:
    message = Published(
        at="2024-06-25T10:00:00.000Z",
        topic="music_streams_alerts",
        subject=SENTENCE,
        text=f"Why: {SENTENCE}\nNext: make runs",
    )
    monkeypatch.setattr(alerts, "must_run", lambda _: {})
    monkeypatch.setattr(alerts, "read_published", lambda _: [message])
    alerts.print_alerts(Settings(), 10)


def show_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "must_run", lambda _: {})
    monkeypatch.setattr(metrics, "client", lambda *_: CloudWatch())
    metrics.print_metrics(Settings(), 24)


def show_permissions() -> None:
    bucket = "arn:aws:s3:::music-streams-of-a-rather-long-name-000000000000"
    role = Role(
        "JobsRole", "jobs", (Permission("s3:GetObject", f"{bucket}/*"), Permission("s3:PutObject", "*"))
    )
    report = compare(role, [Permission("dynamodb:BatchWriteItem", f"{bucket}/table")])
    permissions_view.print_lines(out, permissions_view.report_lines([report], {}, []))


def show_logs() -> None:
    logs.print_line("calculate_metrics_etl jr_0123456", f"ERROR {SENTENCE}\n", 34, "cyan")


def show_services() -> None:
    long = {"state": "unhealthy", "url": "http://127.0.0.1:4567", "container": f"music-{RUN_ID}-airflow-1"}
    status_view.print_services({"airflow-dag-processor": long})


REPORTS: dict[str, Callable[..., None]] = {
    name.removeprefix("show_"): report for name, report in list(globals().items()) if name.startswith("show_")
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", REPORTS)
def test_no_word_is_cut(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def printed(columns: int) -> str:
        monkeypatch.setattr(out, "_width", columns)
        with out.capture() as captured:
            REPORTS[name](*([monkeypatch] if REPORTS[name].__code__.co_argcount else []))
        return re.sub(r"\x1b\[[\d;]*m", "", captured.get())

    monkeypatch.setattr(out, "_force_terminal", True)
    shown = printed(width)
    for line in shown.splitlines():
        for word in re.finditer(r"\S+", line):
            # One that fits no line runs over: so it can be copied whole.
            is_cut = cell_len(line[: word.end()]) > width and cell_len(word[0]) <= width - len("          ")
            assert not is_cut, line

    # A table names the columns that this width leaves out, and a block parts its values: in a wide terminal
    # there is no need of either.
    words = {*re.sub(r"(?m)^in a wider terminal: .*$", "", shown).split()} - {"·"}
    whole = {*printed(10_000).split()}
    assert words - whole == set()
