"""One real delivery, 11,346 listens of 113 genres: every number equals the answers that came with it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from dashboard_numbers import page_differences
from deliveries import REAL, real_differences
from e2e.harness import RUN_SECONDS, Observation, Sandbox
from oracle import KEYS, differences, oracle_items

from music_streams import layout
from music_streams.contracts import KPI_TABLES_BY_NAME
from music_streams.deliveries import manifest

pytestmark = [pytest.mark.e2e, pytest.mark.real_delivery, pytest.mark.timeout(1500)]

SETTINGS = {"containers": {"CLUSTER": "1", "GLUE_WARM_DRIVERS": "0"}}
"""Airflow's run of the Spark job is on the standalone cluster there, and on local cores elsewhere.

It starts cold there: most of what follows is typed by hand, and what waits would take its cores.
"""
OUTPUT = "output/"
FILES = [str(REAL / name) for name in ("songs.csv", "users.csv", "streams1.csv")]


@pytest.fixture(scope="module")
def observed(sandbox: Sandbox) -> Observation:
    """After `glue-sandbox seed` with one's own files; the S3 event starts the run."""
    said = sandbox.command("seed", *FILES, seconds=RUN_SECONDS)
    assert re.search(r"Run with these files: s3__\S+, .*started by the S3 event", said)
    (run,) = sandbox.settle()
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


def test_no_difference_to_the_four_expected_files(observed: Observation) -> None:
    assert real_differences(observed.items) == []


def test_no_difference_to_the_oracle_in_any_table(observed: Observation) -> None:
    wanted = oracle_items([REAL / "streams1.csv"], [REAL / "songs.csv"])
    assert [line for table in KEYS for line in differences(table, wanted[table], observed.items[table])] == []


def test_every_listen_is_accounted_for(observed: Observation) -> None:
    row = observed.ledger["spotify_data/user_streams/streams1.csv"]
    assert row["rows"] == 11_346
    assert row["rows"] == row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"]


def test_the_file_is_archived_unchanged_and_gone_from_landing(
    sandbox: Sandbox, observed: Observation
) -> None:
    (key,) = observed.below("archive/")
    assert sandbox.read(f"archive/{key}") == (REAL / "streams1.csv").read_bytes()
    assert sorted(observed.below("spotify_data/")) == ["songs/songs.csv", "users/users.csv"]


def test_every_number_of_the_dashboard_is_the_item_of_the_table(
    sandbox: Sandbox, observed: Observation, tmp_path: Path
) -> None:
    (url,) = sandbox.status["apis"].values()
    assert page_differences(url, observed.items, tmp_path / "profile") == []


@pytest.mark.usefixtures("observed")
@pytest.mark.parametrize("sandbox", ["embedded"], indirect=True)
def test_the_notebook_runs_on_it_to_its_last_cell(sandbox: Sandbox) -> None:
    """Its own checks are in its cells. In containers it runs on the sample."""
    page = unquote(urlsplit(sandbox.command("notebook-report", seconds=RUN_SECONDS).split()[-1]).path)
    assert "11,346 rows" in Path(page).read_text(encoding="utf-8")


def test_the_same_script_run_by_hand_writes_the_same_kpis(sandbox: Sandbox, observed: Observation) -> None:
    wanted = output_rows(sandbox)
    assert set(wanted) == set(KPI_TABLES_BY_NAME)
    days = sorted({str(item["listen_date"]) for item in observed.items["MusicStreamingKPIs"]})
    bucket, batch_id = sandbox.status["bucket"], "by_hand"
    sandbox.s3.put_object(Bucket=bucket, Key=layout.pending_key(batch_id), Body=json.dumps(days).encode())
    manifest.freeze(sandbox.s3, bucket, layout.LANDING_PREFIX, batch_id)
    sandbox.run_job("validate_input_files", batch_id)
    for master in sandbox.masters:
        for key in sandbox.objects():
            if key.startswith(OUTPUT):
                sandbox.s3.delete_object(Bucket=bucket, Key=key)
        assert output_rows(sandbox) == {}
        said = sandbox.submit("calculate_metrics_etl", batch_id, master)
        assert f"dates={','.join(days)}" in said
        assert output_rows(sandbox) == wanted, master
    sandbox.run_job("insert_metrics_dynamo", batch_id)
    sandbox.run_job("archive_streams_files", batch_id)
    assert real_differences({table: sandbox.items(table) for table in KEYS}) == []
    assert "nothing disagrees" in sandbox.command("audit")


def output_rows(sandbox: Sandbox) -> dict[str, list[str]]:
    """Every row in output/ with its date, by table; in no order of files."""
    rows: dict[str, list[str]] = defaultdict(list)
    for key in sandbox.objects():
        if key.startswith(OUTPUT) and key.endswith(".json"):
            table, date, _ = key.removeprefix(OUTPUT).split("/")
            found = [json.loads(line) for line in sandbox.read(key).splitlines()]
            rows[table] += [f"{date} {sorted(row.items())}" for row in found]
    return {table: sorted(lines) for table, lines in rows.items()}
