"""The KPI API and its page on the sample: each number is DynamoDB's."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from dashboard_numbers import page_differences
from deliveries import ROOT
from e2e.harness import Sandbox
from oracle import KEYS, Item

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))

METRICS = ("listen_count", "unique_listeners", "total_listening_time", "avg_listening_time_per_user")


def test_make_dashboard_prints_the_address(sandbox: Sandbox) -> None:
    done = sandbox.make("dashboard")
    assert done.stdout.split() == addresses(sandbox), done.stderr


def test_every_day_genre_and_hour_of_the_api_is_the_item_of_the_table(sandbox: Sandbox) -> None:
    for url in addresses(sandbox):
        found: dict[tuple[str, str], Item] = {}
        for day in listed(url, "days"):
            date = day["listen_date"]
            found[date, "DAY"] = metrics(day)
            for genre in listed(url, f"days/{date}/genres"):
                found[date, f"GENRE#{genre['track_genre']}"] = metrics(genre)
            for hour in listed(url, f"days/{date}/hours"):
                found[date, f"HOUR#{hour['hour']:02}"] = metrics(hour)
            for each in listed(url, f"days/{date}/hour-genres"):
                found[date, f"HOUR#{each['hour']:02}#GENRE#{each['track_genre']}"] = metrics(each)
        items = sandbox.items("MusicStreamingKPIs")
        assert found == {(item["listen_date"], item["kpi_type"]): metrics(item) for item in items}


def test_the_files_of_the_api_are_those_of_the_ledger(sandbox: Sandbox) -> None:
    for url in addresses(sandbox):
        known = {item["file_key"]: item for item in sandbox.items("FileValidationMetadata")}
        streams = {key for key, item in known.items() if item["kind"] == "streams"}
        files = {file["file_key"]: file for file in listed(url, "files")}
        assert set(files) == streams
        for key, file in files.items():
            assert {n: v for n, v in file.items() if v is not None}.items() <= known[key].items()


def test_the_metrics_of_the_api_are_what_the_jobs_have_published(sandbox: Sandbox) -> None:
    for url in addresses(sandbox):
        metrics = {(each["name"], each["of"]): each for each in listed(url, "metrics")}
        assert metrics["FilesRefused", ""]["all"] >= 1
        of_steps = {of for name, of in metrics if name == "RunSeconds"}
        assert of_steps == {path.stem for path in (ROOT / "glue" / "jobs").glob("*.py")}


def test_the_alerts_of_the_api_are_those_of_make_alerts(sandbox: Sandbox) -> None:
    """Both may have the alarms of the sample's refused files and of the silence before it."""
    printed = " ".join(sandbox.make("alerts", "N=1000").stdout.split())
    for url in addresses(sandbox):
        alerts = listed(url, "alerts")
        missing = [each["text"] for each in alerts if " ".join(each["text"].split()) not in printed]
        # An alarm may tell of its state before the sandbox's queue is there, which comes after the stack.
        assert [text for text in missing if "music_streams_no_run_has_succeeded" not in text] == []
        assert printed.count(" UTC to ") == len(alerts) - len(missing)


def test_every_number_of_the_page_is_the_item_of_the_table(sandbox: Sandbox, tmp_path: Path) -> None:
    items = {table: sandbox.items(table) for table in KEYS}
    for url in addresses(sandbox):
        assert page_differences(url, items, tmp_path / "profile") == []


def addresses(sandbox: Sandbox) -> list[str]:
    """The KPI API's one address."""
    found = list(sandbox.status["apis"].values())
    assert len(found) == 1
    return found


def listed(url: str, path: str) -> list[dict[str, Any]]:
    """All items of a list of the API; numbers exact."""
    items: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        is_whole = path.endswith(("hours", "metrics"))
        answer = httpx.get(url + path, params={} if is_whole else {"limit": "7", **more}, timeout=60)
        assert answer.status_code == 200, answer.text
        part = json.loads(answer.text, parse_float=Decimal)
        items += part["items"]
        if part["next_cursor"] is None:
            return items
        more = {"cursor": part["next_cursor"]}


def metrics(item: Item) -> Item:
    return {name: item[name] for name in METRICS}
