"""A whole sandbox of the tests' own: started and stopped by the commands users type, seen through its status.

Nothing here sleeps for luck: every wait is for a state, and a wait that fails says what there was instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import boto3
import psutil
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from deliveries import ROOT
from oracle import KEYS, Item

from bootstrap import SOURCES
from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.ports import free_ports

Found = TypeVar("Found")

LEDGER = "FileValidationMetadata"
# Limits, not promises, and above the product's own (60 + 60 + 120 s for the services, and the deployment).
UP_SECONDS, DOWN_SECONDS, RUN_SECONDS, END_SECONDS, ANSWER_SECONDS = 420, 180, 600, 120, 120
PASSED_ON = (
    *("PATH", "HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "SANDBOX_HOME", "JAVA_HOME"),
    *("DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT", "IMAGES", "EMULATOR"),
)


@dataclass(frozen=True)
class Observation:
    """The state after a run: everything later steps might change, read at one moment."""

    run: DagRun
    tasks: dict[str, str | None]
    items: dict[str, list[Item]]
    ledger: dict[str, Item]
    objects: dict[str, int]

    def below(self, prefix: str) -> list[str]:
        """Keys below a prefix, without it."""
        return [key.removeprefix(prefix) for key in self.objects if key.startswith(prefix)]


@dataclass
class Sandbox:
    """One running sandbox of processes, told apart from others by its state folder and its ports."""

    state: Path
    mode: ClassVar[str] = "embedded"
    keeps_data: ClassVar[bool] = True  # over `down`
    masters: ClassVar[tuple[str, ...]] = ("",)  # where Spark can run, "" for wherever the service runs it
    event: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)  # beside those that every sandbox is given
    ports: dict[str, str] = field(
        default_factory=lambda: _free_ports("SANDBOX", "EMULATOR", "AIRFLOW", "HISTORY")
    )

    def start(self) -> None:
        """Bring it up, as users do."""
        self.command("up")

    def stop(self) -> None:
        """Take it down, whatever state it is in."""
        self.command("down", seconds=DOWN_SECONDS)

    def command(self, *words: str, seconds: float = UP_SECONDS) -> str:
        """Run `glue-sandbox <words>` as users do; its standard output, or the whole story if it fails."""
        done = self.attempt(*words, seconds=seconds)
        if done.returncode:
            story = f"{done.stdout}{done.stderr}\n{self.last_log_lines()}"
            raise AssertionError(f"`sandbox {' '.join(words)}` ended with {done.returncode}:\n{story}")
        return done.stdout

    def attempt(self, *words: str, seconds: float = UP_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run `glue-sandbox <words>`, whatever comes of it."""
        return self._run([*self.entrance, *words], seconds)

    def make(self, *words: str, seconds: float = UP_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run `make -s <words>`, whatever comes of it."""
        return self._run(["make", "-s", *words], seconds)

    def run_job(self, job: str, batch_id: str) -> str:
        """Run one job as `make run` does; its log."""
        return self.command("run", job, "--args", f"--batch_id {batch_id}", seconds=RUN_SECONDS)

    def submit(self, job: str, batch_id: str, master: str) -> str:
        """Run a Spark job on that master, in the most direct way there is; its log."""
        assert master == ""
        return self.run_job(job, batch_id)

    @property
    def entrance(self) -> list[str]:
        """What the make targets hand over to."""
        home = ROOT / os.environ.get("SANDBOX_HOME", ".sandbox")
        return [str(home / "envs/sandbox/bin/python"), "-m", "glue_sandbox"]

    @property
    def environment(self) -> dict[str, str]:
        """What a shell of this sandbox's user has set."""
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        env |= {"PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in SOURCES)}
        return env | {
            "SANDBOX_STATE": str(self.state),
            "MODE": self.mode,
            "SCHEDULE": "none",
            **self.ports,
            **self.variables,
        }

    def _run(self, words: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
        env = self.environment
        process = subprocess.Popen(
            words, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            output, errors = _end(process)
            errors += f"(ended by this test after {seconds:g} s)"
        except BaseException:
            _end(process)
            raise
        return subprocess.CompletedProcess(words, process.returncode, output, errors)

    @cached_property
    def status(self) -> dict[str, Any]:
        """What `glue-sandbox status --json` says."""
        status: dict[str, Any] = json.loads(self.command("status", "--json"))
        return status

    def client(self, service: str) -> Any:
        """A ready boto3 client for the one endpoint."""
        config = Config(s3={"addressing_style": "path"}, proxies={})
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.status["endpoint_url"],
            region_name=self.status["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @cached_property
    def glue(self) -> Any:
        return self.client("glue")

    @cached_property
    def airflow(self) -> AirflowApi:
        """Airflow's API, logged in."""
        login = self.status["airflow"]
        return AirflowApi(login["url"], login["user"], login["password"], ANSWER_SECONDS)

    def deliver(self, files: Mapping[str, bytes]) -> None:
        """Put objects below the landing prefix, in the order given."""
        for name, content in files.items():
            self.s3.put_object(
                Bucket=self.status["bucket"], Key=f"{self.status['landing']}{name}", Body=content
            )

    def event_off(self) -> None:
        """Stop the bucket's event from starting runs, so that the tests decide when one begins."""
        bucket = self.status["bucket"]
        self.event = self.s3.get_bucket_notification_configuration(Bucket=bucket)
        self.event.pop("ResponseMetadata", None)
        self.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})

    def event_on(self) -> None:
        """Let the bucket's event start runs again."""
        self.s3.put_bucket_notification_configuration(
            Bucket=self.status["bucket"], NotificationConfiguration=self.event
        )

    def read(self, key: str) -> bytes:
        """An object's bytes."""
        content: bytes = self.s3.get_object(Bucket=self.status["bucket"], Key=key)["Body"].read()
        return content

    def objects(self) -> dict[str, int]:
        """Every key of the data bucket and its size, in key order."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.status["bucket"])
        return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}

    def items(self, table: str) -> list[Item]:
        """Every item of a table by its contract name, numbers as Decimal."""
        plain = TypeDeserializer().deserialize
        scan = self.client("dynamodb").get_paginator("scan")
        pages = scan.paginate(TableName=self.status["tables"][table], ConsistentRead=True)
        return [{n: plain(v) for n, v in item.items()} for page in pages for item in page["Items"]]

    def run_dag(self) -> DagRun:
        """Trigger the DAG, as the Trigger button does, and wait for that run's end."""
        return self.wait_for_run(self.airflow.trigger(self.status["dag_id"]).run_id)

    def runs(self) -> list[DagRun]:
        """Every run so far, the oldest first."""
        return self.airflow.dag_runs(self.status["dag_id"], limit=100)[::-1]

    def settle(self) -> list[DagRun]:
        """Wait until no run is queued or under way; gives every run so far, the oldest first."""
        while active := [run for run in self.runs() if not run.is_over]:
            self.wait_for_run(active[0].run_id)
        return self.runs()

    def wait_for_run(self, run_id: str) -> DagRun:
        """Wait until Airflow will do nothing more for a run."""
        try:
            return self.airflow.wait_for_run(self.status["dag_id"], run_id, RUN_SECONDS)
        except SandboxError as error:
            raise AssertionError(f"{error}\n{self.last_log_lines()}") from error

    def wait_for(self, what: str, probe: Callable[[], Found | None], seconds: float = 60) -> Found:
        """The probe's first result that is not None."""
        deadline = time.monotonic() + seconds
        while (found := probe()) is None:
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"waited {seconds:g} s for {what}\n{self.dag_states()}\n{self.last_log_lines()}"
                )
            time.sleep(0.25)
        return found

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        """The run's tasks in the DAG's order."""
        return self.airflow.task_instances(run.dag_id, run.run_id)

    def succeeded(self, run: DagRun) -> set[str]:
        """Names of the run's tasks that succeeded."""
        return {task.task_id for task in self.tasks(run) if task.state == "success"}

    def observe(self, run: DagRun) -> Observation:
        """Read everything there is to compare."""
        return Observation(
            run=run,
            tasks={task.task_id: task.state for task in self.tasks(run)},
            items={table: self.items(table) for table in KEYS},
            ledger={row["file_key"]: row for row in self.items(LEDGER)},
            objects=self.objects(),
        )

    def why(self, run: DagRun) -> str:
        """For a run that ended otherwise than it should: states, and the end of each failed task's log."""
        lines = [f"run {run.run_id} is {run.state}"]
        for task in self.tasks(run):
            lines.append(f"  {task.task_id}: {task.state}")
            if task.state == "failed":
                log = self.airflow.task_log(run.dag_id, run.run_id, task.task_id, task.try_number)
                lines += [f"    │ {line}" for line in log.splitlines()[-40:]]
        return "\n".join([*lines, self.last_log_lines()])

    def dag_states(self) -> str:
        """State of the latest runs and their tasks."""
        try:
            return "\n".join(
                f"{run.run_id} {run.state}: "
                + ", ".join(f"{task.task_id} {task.state}" for task in self.tasks(run))
                for run in self.airflow.dag_runs(self.status["dag_id"], limit=3)
            )
        except SandboxError as error:
            return f"no states of DAG runs: {error}"

    def last_log_lines(self, count: int = 15) -> str:
        """The end of every service's log, and where the rest is."""
        logs = sorted((self.state / "logs").rglob("*.log"))
        tails = [f"--- {log}\n" + "\n".join(_lines(log)[-count:]) for log in logs]
        return "\n".join([*tails, f"all logs: {self.state / 'logs'}"])

    def is_said_to_run(self, said: str) -> bool:
        """Whether a command that starts the sandbox found all of it running."""
        return said.count(": runs already (") == len(self.services)

    @property
    def services(self) -> set[str]:
        """Names of what runs when it is up."""
        return {"ministack", "glue", "airflow"}

    def has_begun(self, service: str) -> bool:
        """Whether an `up` under way has begun to start a service."""
        table = self.state / "services.json"
        return table.exists() and service in table.read_text()

    def leftovers(self) -> list[str]:
        """What still runs of this sandbox, however it lost its parent."""
        return [
            f"{found.pid} {' '.join(command)[:150]}" for found, command in _commands() if self._is_ours(found)
        ]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return str(self.state) in process.environ().values()
        except psutil.Error:
            return False


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ask a command to end, so that it cleans up what it began; kill it only if it is deaf."""
    process.terminate()
    try:
        return process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def _commands() -> Iterable[tuple[psutil.Process, list[str]]]:
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] != psutil.STATUS_ZOMBIE:
            yield process, process.info["cmdline"] or []


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def _free_ports(*names: str) -> dict[str, str]:
    return {f"{name}_PORT": str(port) for name, port in zip(names, free_ports(len(names)), strict=True)}
