"""What `make demo` says on the first screen that a newcomer sees."""

from __future__ import annotations

import re
import subprocess

import pytest
from deliveries import EXPECTED, ROOT, expected_ledger, json_lines
from e2e.harness import Sandbox
from e2e.sample_delivery import ALL_TASKS
from oracle import KEYS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def said(demo: subprocess.CompletedProcess[str]) -> str:
    """Its output; it succeeded."""
    assert demo.returncode == 0, demo.stdout + demo.stderr
    return demo.stdout


def test_a_sandbox_that_is_up_is_not_started_again(sandbox: Sandbox, said: str) -> None:
    assert sandbox.is_said_to_run(said)


def test_names_every_table(said: str) -> None:
    assert {table for table in KEYS if f"({table})" not in said} == set()
    assert re.search(r"^2024-06-25 +35 ", said, re.M)


def test_shows_every_task_of_the_dag(said: str) -> None:
    assert [task for task in sorted(ALL_TASKS) if not re.search(rf"^ *{task} +success", said, re.M)] == []


def test_says_how_much_was_refused_that_it_is_so_on_purpose_and_how_to_see_why(
    sandbox: Sandbox, said: str
) -> None:
    of_run = re.search(r"^Files of run (\S+): 17 delivered, 7 refused; 15 rows rejected$", said, re.M)
    assert of_run is not None
    assert f"why: make rejected; each file: make kpis RUN={of_run[1]}\n" in said
    # The alarm comes with the run that makes it one; a sandbox that goes on may have told of it before.
    assert re.search(
        r"^these flaws are in the sample on purpose(, and so is the alarm .*: make alerts)?$", said, re.M
    )

    refused = sandbox.command("rejected", "--run", of_run[1])
    reasons = {row["error"] for row in expected_ledger().values() if "error" in row}
    reasons |= {row["reason"] for row in json_lines(EXPECTED / "rejected_rows.jsonl")}
    assert {reason for reason in reasons if reason not in refused} == set()


def test_prints_what_the_readme_shows_of_it(said: str) -> None:
    """All but ids, numbers of seconds and addresses, which are another run's."""
    (shown,) = re.findall(
        r"^The DAG at work\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S
    )
    lines = [comparable(line) for line in shown.splitlines() if line not in ("", "…")]
    printed = comparable(said)
    assert [line for line in lines if line not in printed] == []
    assert len(lines) > 15


def comparable(text: str) -> str:
    """Return a text without what differs from run to run, and with one space between its words."""
    for differs in (
        r"\bs3__after__\w+|\brun \w+__[\w:.+-]+|\b\d+ runs\b|\b1 run\b",
        r"\b[\d.]+ s\b",
        r"localhost:\d+|/execute-api/\w+",
        r", and so is the alarm.*|RUN=\S+|ALL=1",
    ):
        text = re.sub(differs, "", text)
    return " ".join(text.split())


def test_ends_with_the_addresses(sandbox: Sandbox, said: str) -> None:
    airflow = f"http://localhost:{sandbox.ports['AIRFLOW_PORT']}/dags/{sandbox.status['dag_id']}"
    (dashboard,) = sandbox.status["apis"].values()
    urls = (airflow, dashboard, sandbox.status["endpoint_url"])
    assert [url for url in urls if url not in said] == []
    # Not a terminal: what is written down here, in a log of CI perhaps, has no password.
    assert sandbox.status["airflow"]["password"] not in said
    assert "user admin, password in make -s status JSON=1" in said
