"""One file of listens through a deployed pipeline, to its KPIs and its archive; then nothing of it is left.

Its users, its track and its day are its own: a day long before all others, so that no KPI that anybody reads
changes. Its KPIs are removed as the pipeline removes those of any day: its listens leave curated/, and the
day is put on the list of days to compute.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.smoke import Deployed
from glue_sandbox.promote.target import DENIED
from music.audit.aws import account_data
from music.audit.location import DataLocation
from music.audit.report import audit
from music.runs.names import run_id_of
from music_streams import layout, storage
from music_streams.contracts import (
    KPI_TABLES,
    LEDGER_KEY,
    LEDGER_TABLE,
    MUSIC_STREAMING_KPIS,
    TRACK_LEVEL_REPORTS,
)
from music_streams.ledger import FAILED, SUCCESS

FIRST_DAY = date(1901, 1, 1)
POLL_SECONDS = 5.0
TRIGGER_STACK, TRIGGER_OUTPUT = "trigger", "TriggerFunctionArn"
"""Of infra/: the function that events of the landing folder start the DAG by."""
Item = dict[str, Any]


def smoke_test(deployed: Deployed) -> None:
    """Deliver, watch, compare, remove, and audit.

    Raises:
        SandboxError: something did not come in time, or is not what it must be; what is left of it is named.
    """
    location = account_data(deployed.session, f"{deployed.stacks}-")
    run_smoke_test(
        location,
        deployed.patience_seconds,
        deployed.say,
        target=deployed.environment,
        start_run=lambda key: start_run(deployed, key),
    )


def start_run(deployed: Deployed, key: str) -> None:
    """Tell the function that starts the DAG of an object which S3 has no event for: of a day to compute.

    Without it, what came of the file would stay until the next run of the schedule, a day perhaps.
    """
    stacks = deployed.session.client("cloudformation")
    (stack,) = stacks.describe_stacks(StackName=f"{deployed.stacks}-{TRIGGER_STACK}")["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    event = {"Records": [{"eventTime": datetime.now(UTC).isoformat(), "s3": {"object": {"key": key}}}]}
    try:
        deployed.session.client("lambda").invoke(
            FunctionName=outputs[TRIGGER_OUTPUT], InvocationType="Event", Payload=json.dumps(event).encode()
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        deployed.say(
            "smoke test: not allowed to start a run (lambda:InvokeFunction); waiting for one of the schedule"
        )


def run_smoke_test(
    location: DataLocation,
    patience_seconds: float,
    say: Callable[[str], None],
    pause: Callable[[float], None] = time.sleep,
    target: str = "aws",
    start_run: Callable[[str], None] = lambda _: None,
) -> None:
    """Do it on a deployment's data, whatever runs its DAG; `pause` waits for a few seconds.

    An audit that finds something is repeated by `make audit` of this target. `start_run` is told the key of
    an object that a run is to find, and that no event tells of.

    Raises:
        SandboxError: as `smoke_test`.
    """
    test = _SmokeTest(location, patience_seconds, pause, start_run, uuid.uuid4().hex[:12])
    test.deliver()
    say(f"smoke test: s3://{location.bucket}/{test.key} delivered; the pipeline's next run takes it")
    test.expect_results()
    say("smoke test: its KPIs and its archive are right")
    test.remove()
    say("smoke test: all that came of it is removed")

    _, findings = audit(location)
    wrong = [f"{name}: {found[0].key}" for name, found in findings.items() if found]
    if wrong:
        raise SandboxError(
            "files, ledger and KPIs that agree", "; ".join(wrong), f"make audit TARGET={target}"
        )
    say("smoke test: files, ledger and KPIs agree")


@dataclass
class _SmokeTest:
    location: DataLocation
    patience_seconds: float
    pause: Callable[[float], None]
    start_run: Callable[[str], None]
    name: str

    def __post_init__(self) -> None:
        self.key = f"{layout.landing_folder('streams')}smoke_test_{self.name}.csv"
        self._track = f"smoke-test-{self.name}"
        self._day = self._free_day()

    def _free_day(self) -> str:
        """The first day without listens, of the oldest that the jobs take."""
        s3, bucket = self.location.s3, self.location.bucket
        day = FIRST_DAY
        while storage.exists_below(s3, bucket, layout.curated_partition(day.isoformat())):
            day += timedelta(days=1)
        return day.isoformat()

    def deliver(self) -> None:
        """Two users, three listens of one track, one of them delivered twice."""
        rows = [f"{self._track}-{user},{self._track},{self._day} 10:00:0{user}" for user in (1, 2, 2)]
        rows.append(f"{self._track}-1,{self._track},{self._day} 11:00:00")
        body = "\n".join(["user_id,track_id,listen_time", *rows, ""]).encode()
        self.location.s3.put_object(Bucket=self.location.bucket, Key=self.key, Body=body)

    def expect_results(self) -> None:
        """Wait until the file is archived, and compare its KPIs.

        Raises:
            SandboxError: they are other ones; or the file is not archived in time.
        """
        first = f"remove s3://{self.location.bucket}/{self.key}"
        row = self._waited(self._archived, "the file to be processed and archived", self._seen, first)
        report = self._item(TRACK_LEVEL_REPORTS.name, track_id=self._track, report_date=self._day) or {}
        day = self._item(MUSIC_STREAMING_KPIS.name, listen_date=self._day, kpi_type="DAY") or {}
        found = {
            "listens of the track": int(report.get("total_listens", 0)),
            "its users": int(report.get("unique_users", 0)),
            "listens of the day": int(day.get("listen_count", 0)),
            "objects in the archive": len(self._archived_keys(row)),
        }
        expected = {
            "listens of the track": 3,
            "its users": 2,
            "listens of the day": 3,
            "objects in the archive": 1,
        }
        if found != expected:
            raise SandboxError(f"{expected}", f"{found}", f"look at run {run_id_of(row['batch_id'])}")

    def remove(self) -> None:
        """Let the pipeline remove the KPIs; then the file's own records go.

        Raises:
            SandboxError: KPIs of the day are left.
        """
        s3, bucket = self.location.s3, self.location.bucket
        storage.delete_below(s3, bucket, layout.curated_partition(self._day))
        pending = layout.pending_key(f"smoke_test_{self.name}")
        storage.write_json(s3, bucket, pending, [self._day])
        self.start_run(pending)
        try:
            self._waited(
                lambda: storage.head(s3, bucket, pending) is None,
                f"the pipeline's next run to remove the KPIs of {self._day}",
                lambda: f"{pending} still there",
                "start a run of the DAG, which removes them",
            )
        except SandboxError:
            self._remove_records()  # the run that comes too late then leaves nothing for an audit to find
            raise
        left = self._item(TRACK_LEVEL_REPORTS.name, track_id=self._track, report_date=self._day)
        if left:
            raise SandboxError(f"no KPIs of {self._day}", f"{left}", "make recompute ALL=1 removes them")
        for table in KPI_TABLES:
            storage.delete_below(s3, bucket, layout.loaded_prefix(table, self._day))
        self._remove_records()

    def _remove_records(self) -> None:
        """Remove the archived file, its row in the ledger, and what the run left, if it had no other file."""
        s3, bucket = self.location.s3, self.location.bucket
        row = self._row() or {}
        batch = str(row["batch_id"])
        files = storage.read_json(s3, bucket, layout.manifest_key(batch))["files"]
        if [file["key"] for file in files if file["kind"] == "streams"] != [self.key]:
            return  # other people's files were in the same run: what it left, and with it this file's, stays
        storage.delete_keys(s3, self.location.archive_bucket, self._archived_keys(row))
        self.location.dynamodb.Table(self.location.tables[LEDGER_TABLE]).delete_item(
            Key={LEDGER_KEY: self.key}
        )
        storage.delete_below(s3, bucket, layout.batch_prefix(batch))
        storage.delete_keys(s3, bucket, [layout.manifest_key(batch)])

    def _archived(self) -> Item | None:
        row = self._row()
        if row and FAILED in (row.get("validation_status"), row.get("archival_status")):
            raise SandboxError("a file that the jobs take", f"{row.get('error')}", "look at the jobs' logs")
        return row if row and row.get("archival_status") == SUCCESS else None

    def _seen(self) -> str:
        row = self._row()
        if row is None:
            return "no run has taken it up: is the DAG paused, and does its Airflow run?"
        steps = ("validation_status", "kpi_ingestion_status", "archival_status", "error", "what_next")
        return ", ".join(f"{name} {row[name]}" for name in steps if row.get(name))

    def _archived_keys(self, row: Item) -> list[str]:
        keys = layout.archive_keys(self.key, str(row["etag"]), str(row["delivered_at"]))
        s3, bucket = self.location.s3, self.location.archive_bucket
        return [key for key in keys if storage.head(s3, bucket, key) is not None]

    def _row(self) -> Item | None:
        return self._item(LEDGER_TABLE, **{LEDGER_KEY: self.key})

    def _item(self, table: str, **key: str) -> Item | None:
        answer = self.location.dynamodb.Table(self.location.tables[table]).get_item(
            Key=key, ConsistentRead=True
        )
        return answer.get("Item")

    def _waited(self, look: Callable[[], Any], expected: str, seen: Callable[[], str], otherwise: str) -> Any:
        """What `look` finds at last."""
        deadline = time.monotonic() + self.patience_seconds
        while not (found := look()):
            if time.monotonic() > deadline:
                minutes = f"{self.patience_seconds / 60:.0f} min"
                raise SandboxError(f"{expected} within {minutes}", seen(), otherwise)
            self.pause(POLL_SECONDS)
        return found
