"""Schedules of crawlers: an expression and a moment in, due or not out."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from glue_service.aws import ROLE

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.crawlers.schedule import parse_schedule
from local_glue.http.app import App
from local_glue.settings import read_settings
from local_glue.store import Scope

SUNDAY = datetime(2024, 6, 30, 15, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "is_due"),
    [
        ("cron(30 15 * * ? *)", True),
        ("cron(31 15 * * ? *)", False),
        ("cron(30 14 * * ? *)", False),
        ("cron(0/15 * * * ? *)", True),
        ("cron(0/20 * * * ? *)", False),
        ("cron(*/10 * * * ? *)", True),
        ("cron(30 9-17 ? * SUN,MON *)", True),
        ("cron(30 9-17 ? * MON-FRI *)", False),
        ("cron(30 15 ? * 1 *)", True),
        ("cron(30 15 30 jun ? 2024)", True),
        ("cron(30 15 30 6 ? 2025)", False),
        ("cron(0,30 15 29 * ? *)", False),
        ("cron(30 15 L * ? *)", True),  # June has 30 days
        ("cron(30 15 LW * ? *)", False),  # Friday, 28
        ("cron(30 15 30W * ? *)", False),
        ("cron(30 15 ? * 1#5 *)", True),
        ("cron(30 15 ? * SUN#4 *)", False),
        ("cron(30 15 ? * SUNL *)", True),
        ("cron(30 15 ? * 6L *)", False),
        ("cron(30 15 ? * L *)", False),  # alone: Saturday
        ("cron(30 15 ? * SAT-MON *)", True),
        ("cron(30 15 ? * MON-SAT *)", False),
        ("cron(30 14-16 ? * FRI-TUE *)", True),
        ("cron(30 22-16 ? NOV-JUL SUN *)", True),
    ],
)
def test_a_minute_is_due_when_every_field_names_it(expression: str, is_due: bool) -> None:
    assert parse_schedule(expression).matches(SUNDAY) is is_due


@pytest.mark.parametrize(
    ("expression", "day"),
    [
        ("cron(0 0 LW * ? *)", 28),
        ("cron(0 0 30W * ? *)", 28),
        ("cron(0 0 1W * ? *)", 3),
        ("cron(0 0 15W * ? *)", 14),
        ("cron(0 0 16W * ? *)", 17),
        ("cron(0 0 ? * FRIL *)", 28),
        ("cron(0 0 ? * 2#1 *)", 3),
        ("cron(0 0 31W * ? *)", None),
    ],
)
def test_a_day_that_depends_on_the_month_comes_once_in_june_2024(expression: str, day: int | None) -> None:
    schedule = parse_schedule(expression)
    june = [datetime(2024, 6, number, tzinfo=UTC) for number in range(1, 31)]
    assert [moment.day for moment in june if schedule.matches(moment)] == ([day] if day else [])


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate(1 day)",
        "cron()",
        "cron(0 0 * * ?)",
        "cron(0 0 * * * *)",
        "cron(0 0 ? * ? *)",
        "cron(60 0 * * ? *)",
        "cron(0 0 L-3 * ? *)",
        "cron(0 0 ? * 2#6 *)",
        "cron(0 0 ? * 8#1 *)",
        "cron(0 0 32W * ? *)",
        "cron(0 0 * * ? 2025-2024)",
        "cron(x 0 * * ? *)",
        "cron(0/0 0 * * ? *)",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInputException, match="Invalid cron expression"):
        parse_schedule(expression)


def test_a_crawler_that_is_due_starts_once_and_a_stopped_schedule_does_not(tmp_path: Path) -> None:
    app = App(
        read_settings(
            {
                "GLUE_STATE_DIR": str(tmp_path),
                "GLUE_JOB_PYTHON": "/bin/false",
                "GLUE_EMULATOR_URL": "http://127.0.0.1:9",
            }
        )
    )
    started: list[str] = []

    def start(scope: Scope, crawler: Json) -> None:
        started.append(crawler["Name"])

    app.crawls.start = start  # type: ignore[method-assign]
    app.crawls.check = lambda *_: None  # type: ignore[method-assign]

    def glue(operation: str, **params: object) -> None:
        answer = app.answer(operation, "", json.dumps(params).encode())
        assert answer.status == 200, answer.body

    for name, expression in (("due", "30 15"), ("later", "31 15"), ("stopped", "30 15")):
        targets = {"S3Targets": [{"Path": "s3://b/"}]}
        glue("CreateCrawler", Name=name, Role=ROLE, Targets=targets, Schedule=f"cron({expression} * * ? *)")
    glue("StopCrawlerSchedule", CrawlerName="stopped")
    app.crawls.start_due(SUNDAY)
    app.crawls.start_due(SUNDAY)  # the first still runs
    assert started == ["due"]
    app.crawls.open()
    app.stop()
    assert not [
        thread
        for thread in threading.enumerate()
        if thread.name == "crawler schedules" and not stopped(thread)
    ]


def stopped(thread: threading.Thread) -> bool:
    thread.join(5)
    return not thread.is_alive()
