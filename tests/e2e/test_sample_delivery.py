"""The story of the sample: delivered, repeated, joined by a late file, hit by a failure, and shut down.

A DAG run costs half a minute, so each step runs once, in a fixture that builds on the step before; the tests
look at what was observed then.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from deliveries import (
    EXPECTED,
    LAST,
    LATE,
    SAMPLE,
    expected_items,
    expected_ledger,
    json_lines,
    sample_songs,
    sample_streams,
)
from e2e.harness import DOWN_SECONDS, LEDGER, Observation, Sandbox
from oracle import KEYS, differences, oracle_items

from glue_sandbox.airflow.client import DagRun

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

DEMO_SECONDS = 900

STEPS = ["validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files"]
ALL_TASKS = {"check_files", *STEPS, "check_archived", "crawl_music_streams", "notify_success"}
MARKER = "user_streams/"
LOG_GROUPS = {
    "validate_input_files": "/aws-glue/python-jobs/output",
    "calculate_metrics_etl": "/aws-glue/jobs/output",
    "insert_metrics_dynamo": "/aws-glue/python-jobs/output",
    "archive_streams_files": "/aws-glue/python-jobs/output",
}


def test_no_port_answers_pages_and_host_names_of_others(sandbox: Sandbox) -> None:
    """At each port that is published, in both modes: a page elsewhere, and a name that only leads here."""
    for port in ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT"):
        url = f"http://127.0.0.1:{sandbox.ports[port]}/"
        for headers in (
            {"Host": "evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
        ):
            answer = httpx.get(url, headers=headers)
            assert (answer.status_code, "AccessDenied" in answer.text) == (403, True), (port, headers)


def sample_bytes() -> dict[str, bytes]:
    """The delivery by name below the landing prefix, songs and users first, streams in key order."""
    folders = (sorted((SAMPLE / folder).rglob("*")) for folder in ("songs", "users", "user_streams"))
    files = [path for folder in folders for path in folder if path.is_file()]
    return {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in files}


def all_differences(wanted: dict[str, Any], seen: Observation) -> list[str]:
    return [line for table in KEYS for line in differences(table, wanted[table], seen.items[table])]


@pytest.fixture(scope="module")
def demo(sandbox: Sandbox) -> str:
    """What `demo` shows of the sample, beside the 0-byte marker that S3 consoles make for a folder."""
    sandbox.deliver({MARKER: b""})
    return sandbox.command("demo", seconds=DEMO_SECONDS)


@pytest.fixture(scope="module")
def delivered(sandbox: Sandbox, demo: str) -> Observation:
    """After the demo; from here on the tests decide when a run begins."""
    sandbox.event_off()
    runs = sandbox.settle()
    assert [run.state for run in runs] == ["success"] * len(runs)
    # Files land one by one, so more runs than one may have been started; some of them found nothing.
    working = [run for run in runs if "skip_execution" not in succeeded(sandbox, run)]
    return sandbox.observe(working[-1])


def succeeded(sandbox: Sandbox, run: DagRun) -> set[str]:
    return {task.task_id for task in sandbox.tasks(run) if task.state == "success"}


@pytest.fixture(scope="module")
def triggered_again(sandbox: Sandbox, delivered: Observation) -> Observation:
    """After a second run with nothing new in landing."""
    run = sandbox.run_dag()
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


@pytest.fixture(scope="module")
def redelivered(sandbox: Sandbox, triggered_again: Observation) -> Observation:
    """After known files came again: one under its own name, one under another."""
    files = sample_bytes()
    sandbox.deliver(
        {
            "user_streams/01_morning.csv": files["user_streams/01_morning.csv"],
            "user_streams/again/the evening.csv": files["user_streams/02_evening_bom_crlf.csv"],
        }
    )
    run = sandbox.run_dag()
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


@pytest.fixture(scope="module")
def broken(sandbox: Sandbox, redelivered: Observation) -> Observation:
    """After a run whose loader raised; the late file was waiting in landing."""
    sandbox.deliver({"user_streams/late.csv": LATE.read_bytes()})
    name = "insert_metrics_dynamo"
    good = job_update(sandbox, name)
    script = "jobs/broken/insert_metrics_dynamo.py"
    bucket = good["Command"]["ScriptLocation"].split("/")[2]
    sandbox.s3.put_object(
        Bucket=bucket, Key=script, Body=b"raise RuntimeError('the loader broke on purpose')\n"
    )
    command = {**good["Command"], "ScriptLocation": f"s3://{bucket}/{script}"}
    sandbox.glue.update_job(JobName=name, JobUpdate={**good, "Command": command})
    try:
        return sandbox.observe(sandbox.run_dag())
    finally:
        sandbox.glue.update_job(JobName=name, JobUpdate=good)


@pytest.fixture(scope="module")
def recovered(sandbox: Sandbox, broken: Observation) -> Observation:
    """After the next run, with the loader repaired."""
    run = sandbox.run_dag()
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


@pytest.fixture(scope="module")
def landed(sandbox: Sandbox, recovered: Observation) -> Observation:
    """After a file that nobody triggered a run for: S3's event calls the Lambda, and that calls Airflow."""
    known = {run.run_id for run in sandbox.runs()}
    assert recovered.run.run_id in known
    sandbox.event_on()
    said = sandbox.command("seed", str(LAST))
    (run,) = (run for run in sandbox.settle() if run.run_id not in known)
    assert run.state == "success", sandbox.why(run)
    assert f"The S3 event started the run {run.run_id}" in said
    return sandbox.observe(run)


def job_update(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A job's definition in the form that UpdateJob takes."""
    allowed = sandbox.glue.meta.service_model.shape_for("JobUpdate").members
    # AWS derives these three from one another and takes only one of them back.
    derived = {"AllocatedCapacity", "MaxCapacity"} if "NumberOfWorkers" in allowed else set()
    job = sandbox.glue.get_job(JobName=name)["Job"]
    if "WorkerType" not in job:
        derived = {"AllocatedCapacity"}
    return {key: value for key, value in job.items() if key in allowed and key not in derived}


class TestTheSampleIsWorkedOff:
    @pytest.mark.parametrize("table", KEYS)
    def test_every_item_equals_the_answers_worked_by_hand(self, delivered: Observation, table: str) -> None:
        assert differences(table, expected_items()[table], delivered.items[table]) == []

    def test_every_item_equals_the_oracle(self, delivered: Observation) -> None:
        assert all_differences(oracle_items(sample_streams(), sample_songs()), delivered) == []

    def test_the_ledger_tells_of_every_delivered_object(self, delivered: Observation) -> None:
        marker = f"spotify_data/{MARKER}"
        assert set(delivered.ledger) == {*expected_ledger(), marker}
        assert delivered.ledger[marker]["kind"] == "folder_marker"

    @pytest.mark.parametrize("file_key", sorted(expected_ledger()))
    def test_the_ledger_says_what_became_of_it(self, delivered: Observation, file_key: str) -> None:
        wanted = expected_ledger()[file_key]
        found = delivered.ledger[file_key]
        found = {**found, "error": str(found.get("error", "")).split(":")[0]}
        assert {name: found.get(name) for name in wanted} == wanted

    def test_bad_files_lie_in_error_unchanged_with_the_reason(
        self, sandbox: Sandbox, delivered: Observation
    ) -> None:
        bad = {
            key: row["error"]
            for key, row in expected_ledger().items()
            if row["validation_status"] == "FAILED"
        }
        wanted = {f"error/{key.removeprefix('spotify_data/')}": code for key, code in bad.items()}
        assert set(delivered.below("error/")) == {
            name.removeprefix("error/") + suffix for name in wanted for suffix in ("", ".reason.json")
        }
        for key, code in wanted.items():
            assert sandbox.read(key) == sample_bytes()[key.removeprefix("error/")]
            assert json.loads(sandbox.read(f"{key}.reason.json"))["code"] == code

    def test_rejected_rows_are_kept_with_their_reason(self, sandbox: Sandbox, delivered: Observation) -> None:
        found = []
        for key in delivered.below("rejected/"):
            for line in sandbox.read(f"rejected/{key}").decode().splitlines():
                row = json.loads(line)
                found.append((key.split("/")[0], row["source_key"], row["row_number"], row["reason"]))
        wanted = json_lines(EXPECTED / "rejected_rows.jsonl")
        assert sorted(found) == sorted(tuple(row.values()) for row in wanted)

    def test_the_archive_holds_every_good_stream_file_unchanged(
        self, sandbox: Sandbox, delivered: Observation
    ) -> None:
        assert archived(sandbox, delivered) == {
            name: sample_bytes()[f"user_streams/{name}"] for name in good_names()
        }

    def test_landing_holds_no_stream_file_any_more_and_songs_and_users_stay(
        self, delivered: Observation
    ) -> None:
        stay = [name for name in sample_bytes() if not name.startswith("user_streams/")]
        assert sorted(delivered.below("spotify_data/")) == sorted([*stay, MARKER])

    def test_nothing_temporary_is_left(self, delivered: Observation) -> None:
        assert [
            key for key in delivered.objects if "temporary" in key or key.startswith(("staging/", "pending/"))
        ] == []

    @pytest.mark.usefixtures("delivered")
    def test_the_catalog_knows_every_data_set_and_its_dates(self, sandbox: Sandbox) -> None:
        database = sandbox.glue.get_databases()["DatabaseList"][0]["Name"]
        dates: dict[str, set[str]] = {}
        for table in sandbox.glue.get_tables(DatabaseName=database)["TableList"]:
            pages = sandbox.glue.get_paginator("get_partitions").paginate(
                DatabaseName=database, TableName=table["Name"]
            )
            dates[table["Name"]] = {part["Values"][0] for page in pages for part in page["Partitions"]}
        all_days = {"2024-06-25", "2024-06-26", "2024-06-27"}
        assert dates == {
            "listens": all_days,
            "track_level_reports": all_days,
            "musicstreamingkpis": all_days,
            "topsongsbygenre": all_days - {"2024-06-27"},
            "topgenresbyday": all_days - {"2024-06-27"},
            "genredailykpis": all_days - {"2024-06-27"},
        }

    @pytest.mark.usefixtures("delivered")
    @pytest.mark.parametrize("job", STEPS)
    def test_each_jobs_log_is_in_cloudwatch(self, sandbox: Sandbox, job: str) -> None:
        first = sandbox.glue.get_job_runs(JobName=job)["JobRuns"][-1]
        events = sandbox.client("logs").get_log_events(
            logGroupName=LOG_GROUPS[job], logStreamName=first["Id"], startFromHead=True
        )
        assert first["JobRunState"] == "SUCCEEDED"
        assert events["events"], f"{LOG_GROUPS[job]} has nothing of run {first['Id']}"

    @pytest.mark.usefixtures("delivered")
    def test_each_jobs_log_is_readable_in_airflow(self, sandbox: Sandbox) -> None:
        logs = [
            sandbox.airflow.task_log(run.dag_id, run.run_id, "validate_input_files")
            for run in sandbox.runs()
            if "validate_input_files" in succeeded(sandbox, run)
        ]
        assert "12_binary_junk.csv" in "".join(logs)

    def test_every_task_succeeded_and_the_other_branch_was_skipped(self, delivered: Observation) -> None:
        assert delivered.tasks == {**dict.fromkeys(ALL_TASKS, "success"), "skip_execution": "skipped"}


class TestNothingNew:
    def test_a_second_trigger_skips_the_work(self, triggered_again: Observation) -> None:
        done = {"check_files": "success", "skip_execution": "success"}
        assert triggered_again.tasks == {**dict.fromkeys(ALL_TASKS, "skipped"), **done}

    def test_a_second_trigger_changes_nothing(
        self, delivered: Observation, triggered_again: Observation
    ) -> None:
        assert all_differences(delivered.items, triggered_again) == []
        assert triggered_again.ledger == delivered.ledger
        assert triggered_again.objects == delivered.objects


class TestTheSameFilesAgain:
    def test_no_item_of_any_table_changes(self, delivered: Observation, redelivered: Observation) -> None:
        assert all_differences(delivered.items, redelivered) == []

    def test_under_another_name_every_row_counts_as_a_duplicate(self, redelivered: Observation) -> None:
        row = redelivered.ledger["spotify_data/user_streams/again/the evening.csv"]
        assert (row["new_listens"], row["duplicate_rows"], row["archival_status"]) == (0, 13, "SUCCESS")

    def test_under_its_own_name_the_same_object_keeps_its_counts(
        self, delivered: Observation, redelivered: Observation
    ) -> None:
        """Name and content are the file's identity: its listens in curated are still its own."""
        key = "spotify_data/user_streams/01_morning.csv"
        before, after = delivered.ledger[key], redelivered.ledger[key]
        changing = {"batch_id", "delivered_at", "validated_at", "ingested_at", "archived_at"}
        assert {n: v for n, v in before.items() if n not in changing} == {
            n: v for n, v in after.items() if n not in changing
        }
        assert before["batch_id"] != after["batch_id"]

    def test_both_are_archived_beside_the_first(self, redelivered: Observation) -> None:
        names = sorted(archive_name(key) for key in redelivered.below("archive/"))
        assert names == sorted([*good_names(), "01_morning.csv", "again/the evening.csv"])


class TestALoaderThatBreaks:
    def test_the_run_fails_in_that_step_and_goes_no_further(self, broken: Observation) -> None:
        assert broken.run.state == "failed"
        assert broken.tasks["insert_metrics_dynamo"] == "failed"
        assert broken.tasks["archive_streams_files"] == "upstream_failed"

    @pytest.mark.usefixtures("broken")
    def test_glue_reports_the_scripts_own_last_error_line(self, sandbox: Sandbox) -> None:
        runs = sandbox.glue.get_job_runs(JobName="insert_metrics_dynamo")["JobRuns"]
        failed = [run for run in runs if run["JobRunState"] == "FAILED"]
        assert failed
        assert all("RuntimeError: the loader broke on purpose" in run["ErrorMessage"] for run in failed)

    def test_the_file_stays_in_landing_and_no_item_changes(
        self, redelivered: Observation, broken: Observation
    ) -> None:
        assert "user_streams/late.csv" in broken.below("spotify_data/")
        assert broken.below("archive/") == redelivered.below("archive/")
        assert all_differences(redelivered.items, broken) == []

    def test_the_ledger_does_not_call_it_loaded(self, broken: Observation) -> None:
        row = broken.ledger["spotify_data/user_streams/late.csv"]
        assert (row["kpi_ingestion_status"], row["archival_status"]) == ("PENDING", "PENDING")

    @pytest.mark.usefixtures("broken")
    def test_the_ledger_says_which_step_failed_why_and_what_happens_next(self, sandbox: Sandbox) -> None:
        """Airflow notes it a moment after it has ended the run."""

        def noted() -> dict[str, Any] | None:
            rows = {row["file_key"]: row for row in sandbox.items(LEDGER)}
            row = rows["spotify_data/user_streams/late.csv"]
            return row if row.get("what_next") == "the next run takes the file up again" else None

        row = sandbox.wait_for("the note of the failure", noted)
        assert row["failed_step"] == "insert_metrics_dynamo"
        assert "RuntimeError: the loader broke on purpose" in row["error"]


class TestTheNextRunAfterIt:
    def test_late_listens_join_those_of_their_day(self, recovered: Observation) -> None:
        union = oracle_items([*sample_streams(), LATE], sample_songs())
        assert all_differences(union, recovered) == []

    def test_the_genre_and_the_song_that_were_overtaken_are_gone(self, recovered: Observation) -> None:
        tops = {item["listen_date"]: item["top_5_genres"] for item in recovered.items["TopGenresByDay"]}
        assert [genre["track_genre"] for genre in tops["2024-06-25"]] == [
            "pop",
            "rock",
            "jazz",
            "ambient",
            "folk",
        ]
        overtaken = [i for i in recovered.items["track_level_reports"] if i["track_id"] == "t02"]
        assert ["rank_in_genre" in item for item in overtaken] == [False]

    def test_the_file_is_counted_once_and_archived(self, recovered: Observation) -> None:
        row = recovered.ledger["spotify_data/user_streams/late.csv"]
        assert (row["kpi_ingestion_status"], row["archival_status"]) == ("SUCCESS", "SUCCESS")
        assert not {"failed_step", "error", "what_next"} & row.keys()
        assert "late.csv" in {archive_name(key) for key in recovered.below("archive/")}

    def test_nothing_temporary_is_left(self, recovered: Observation) -> None:
        assert [key for key in recovered.objects if "temporary" in key or key.startswith("pending/")] == []


class TestAFileThatLandsByItself:
    def test_its_arrival_starts_a_run(self, landed: Observation) -> None:
        assert landed.run.run_id.startswith("s3__")
        assert landed.tasks == {**dict.fromkeys(ALL_TASKS, "success"), "skip_execution": "skipped"}

    def test_its_listens_are_in_every_table(self, landed: Observation) -> None:
        assert all_differences(oracle_items([*sample_streams(), LATE, LAST], sample_songs()), landed) == []


class TestTheDemo:
    """What `glue-sandbox demo` says on the first screen that a newcomer sees."""

    def test_a_sandbox_that_is_up_is_not_started_again(self, sandbox: Sandbox, demo: str) -> None:
        assert sandbox.is_said_to_run(demo)

    def test_names_every_table(self, demo: str) -> None:
        tables = {*KEYS, LEDGER} - {"MusicStreamingKPIs"}  # that one is shown as the days' totals
        assert {table for table in tables if f"({table})" not in demo} == set()
        assert re.search(r"^2024-06-25 +35 ", demo, re.M)

    def test_shows_every_task_of_the_dag(self, demo: str) -> None:
        assert [task for task in sorted(ALL_TASKS) if not re.search(rf"^ *{task} +success", demo, re.M)] == []

    def test_tells_what_was_refused_and_why(self, demo: str) -> None:
        refused = demo.partition("Refused, and why")[2]
        reasons = {row["error"] for row in expected_ledger().values() if "error" in row}
        reasons |= {row["reason"] for row in json_lines(EXPECTED / "rejected_rows.jsonl")}
        assert {reason for reason in reasons if reason not in refused} == set()

    def test_ends_with_the_addresses(self, sandbox: Sandbox, demo: str) -> None:
        airflow = f"http://localhost:{sandbox.ports['AIRFLOW_PORT']}/dags/{sandbox.facts['dag_id']}"
        assert [url for url in (airflow, sandbox.facts["endpoint_url"]) if url not in demo] == []
        assert f"password {sandbox.facts['airflow']['password']}" in demo


@pytest.mark.usefixtures("landed")
class TestTheKpisCommand:
    """People see what is in the tables, which the story above has compared with the oracle."""

    def test_shows_every_day(self, sandbox: Sandbox) -> None:
        said = sandbox.command("kpis")
        found = dict(re.findall(r"^(2024-\S+) +(\d+) ", said, re.M))
        days = [item for item in sandbox.items("MusicStreamingKPIs") if item["kpi_type"] == "DAY"]
        assert found == {day["listen_date"]: str(day["listen_count"]) for day in days}
        assert len(days) == 3

    def test_shows_the_top_genres_of_a_day(self, sandbox: Sandbox) -> None:
        done = sandbox.make("kpis", "DATE=2024-06-25")
        assert done.returncode == 0, done.stderr
        _, _, table = done.stdout.partition("Top genres of 2024-06-25")
        ranks = re.findall(r"^([1-5]) +(\S+) +(\d+) *$", table.split("\n\n")[0], re.M)
        day = next(i for i in sandbox.items("TopGenresByDay") if i["listen_date"] == "2024-06-25")
        assert len(ranks) == 5
        assert ranks == [(str(g["rank"]), g["track_genre"], str(g["listens"])) for g in day["top_5_genres"]]

    def test_knows_a_day_without_a_single_known_song(self, sandbox: Sandbox) -> None:
        said = sandbox.command("kpis", "--date", "2024-06-27")
        assert re.search(r"^zz8 +\(unknown song\)", said, re.M)

    def test_a_day_without_listens_is_answered_with_the_days_there_are(self, sandbox: Sandbox) -> None:
        done = sandbox.attempt("kpis", "--date", "1999-01-01")
        assert done.returncode == 1
        assert "expected one of 2024-06-25, 2024-06-26" in done.stderr


@pytest.mark.usefixtures("landed")
class TestTheRunCommand:
    """The inner loop, on the batch of the last run."""

    def test_shows_the_jobs_log_and_repeating_a_job_changes_nothing(
        self, sandbox: Sandbox, landed: Observation
    ) -> None:
        done = sandbox.make("run", "JOB=insert_metrics_dynamo")
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^MusicStreamingKPIs 2024-06-27.*put=0", done.stdout, re.M)
        assert "SUCCEEDED in" in done.stdout
        assert all_differences({table: sandbox.items(table) for table in KEYS}, landed) == []

    def test_ends_as_the_job_does_with_the_jobs_last_error_line(self, sandbox: Sandbox) -> None:
        done = sandbox.attempt("run", "insert_metrics_dynamo", "--args", "--batch_id does-not-exist")
        assert done.returncode == 1
        _, failed, why = done.stdout.partition("✗ FAILED in")
        assert failed
        assert "does-not-exist" in why

    def test_names_the_jobs_there_are(self, sandbox: Sandbox) -> None:
        done = sandbox.attempt("run", "no_such_job")
        assert done.returncode == 1
        assert f"expected one of {', '.join(STEPS)}" in done.stderr


@pytest.mark.usefixtures("landed")
class TestLookingAtIt:
    def test_status_as_json_says_that_all_is_healthy(self, sandbox: Sandbox) -> None:
        done = sandbox.make("status", "JSON=1")
        states = {name: seen["state"] for name, seen in json.loads(done.stdout)["services"].items()}
        assert states == dict.fromkeys(sandbox.services, "healthy")

    def test_logs_of_one_service_are_its_own(self, sandbox: Sandbox) -> None:
        assert services_of(sandbox.command("logs", "glue", "--lines", "3")) == {"glue"}

    def test_logs_are_those_of_every_service(self, sandbox: Sandbox) -> None:
        assert services_of(sandbox.command("logs")) >= sandbox.services

    def test_a_stack_given_to_the_endpoint_makes_its_job_in_glue(self, sandbox: Sandbox) -> None:
        stacks, name = sandbox.client("cloudformation"), {"StackName": "made-by-hand"}
        wait = {**name, "WaiterConfig": {"Delay": 1, "MaxAttempts": 120}}
        command = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
        job = {"Type": "AWS::Glue::Job", "Properties": {"Role": "r", "Timeout": "5", "Command": command}}
        template = {"Resources": {"Job": job}, "Outputs": {"Name": {"Value": {"Ref": "Job"}}}}
        stacks.create_stack(**name, TemplateBody=json.dumps(template))
        stacks.get_waiter("stack_create_complete").wait(**wait)
        made = stacks.describe_stacks(**name)["Stacks"][0]["Outputs"][0]["OutputValue"]
        assert sandbox.glue.get_job(JobName=made)["Job"]["Timeout"] == 5
        stacks.delete_stack(**name)
        stacks.get_waiter("stack_delete_complete").wait(**wait)
        assert made not in sandbox.glue.list_jobs()["JobNames"]


@pytest.mark.usefixtures("landed")
class TestTheEnd:
    def test_down_leaves_nothing_that_runs(self, sandbox: Sandbox) -> None:
        assert sandbox.leftovers()
        sandbox.command("down", seconds=DOWN_SECONDS)
        assert sandbox.leftovers() == []

    def test_down_twice_is_harmless(self, sandbox: Sandbox) -> None:
        assert sandbox.command("down", seconds=DOWN_SECONDS) == "nothing was running\n"

    def test_up_again_finds_the_data_as_it_was_or_none_at_all(
        self, sandbox: Sandbox, landed: Observation
    ) -> None:
        """Data of processes stays; that of containers goes with the volumes, from Airflow's database on."""
        sandbox.command("up")
        if not sandbox.keeps_data:
            assert sandbox.runs() == []
            assert sandbox.objects() == {}
            assert {table: sandbox.items(table) for table in KEYS} == {table: [] for table in KEYS}
            return
        again = sandbox.observe(sandbox.runs()[-1])
        assert again.run.run_id == landed.run.run_id
        assert all_differences(landed.items, again) == []
        assert again.ledger.keys() == landed.ledger.keys()
        assert {key: size for key, size in again.objects.items() if key in landed.objects} == landed.objects


def services_of(log: str) -> set[str]:
    """Names of the services that lines of `logs` are of; a long line goes on in the next one."""
    return {line.split(" │ ")[0].split("/")[0].strip() for line in log.splitlines() if " │ " in line}


def good_names() -> list[str]:
    streams = SAMPLE / "user_streams"
    return [path.relative_to(streams).as_posix() for path in sample_streams()]


def archive_name(key: str) -> str:
    """YYYY/MM/DD/[folder/]<timestamp>_<name> → [folder/]<name>."""
    path = Path(*Path(key).parts[3:])
    return (path.parent / path.name.split("_", 1)[1]).as_posix()


def archived(sandbox: Sandbox, seen: Observation) -> dict[str, bytes]:
    return {archive_name(key): sandbox.read(f"archive/{key}") for key in seen.below("archive/")}
