"""Starts the emulator and the local Glue service for tests, and runs jobs against them."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[4]
HOME = ROOT / os.environ.get("SANDBOX_HOME", ".sandbox")
ENVS = HOME / "envs"
BUCKET = "glue-service-tests"
ROLE = "arn:aws:iam::000000000000:role/glue-service-tests"
FINAL = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"}
_START_SECONDS = 60.0

Found = TypeVar("Found")


def trust_in(service: str) -> str:
    """The trust policy of a role that a service may assume."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def wait_for(what: str, look: Callable[[], Found | None], seconds: float = 60.0) -> Found:
    """Poll until `look` gives something; a time-out says what for."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Make a call that must fail; give the code and message of its error."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error: Any = caught.value.response["Error"]
    return error["Code"], error["Message"]


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files, given by their names, into a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def zipped(**modules: str) -> bytes:
    """Pack modules, given as name=text, into a zip."""
    return packed({f"{name}.py": text for name, text in modules.items()})


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One process that is ready when its health URL answers."""

    name: str
    argv: list[str]
    env: dict[str, str]
    health: str
    log: Path
    needs_emulator: bool = True
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.argv, env=self.env, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                raise RuntimeError(
                    f"{self.name} was not ready at {self.health} after {_START_SECONDS:.0f} s "
                    f"(exit code {self.process.poll()}). The end of {self.log}:\n{tail}"
                )
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the process; give its exit code."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def _is_ready(self) -> bool:
        try:
            answer = httpx.get(self.health, timeout=2, trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == 200 and (not self.needs_emulator or "down" not in answer.text)


def emulator_server(folder: Path) -> tuple[Server, str]:
    """Give a MiniStack that is not started yet, and its URL."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
    }
    url = f"http://127.0.0.1:{port}"
    argv = [str(ENVS / "ministack/bin/ministack")]
    return Server("MiniStack", argv, env, f"{url}/_ministack/health", folder / "ministack.log"), url


def glue_server(folder: Path, emulator_url: str, **settings: str) -> tuple[Server, str]:
    """Give a local Glue service that is not started yet, and its URL."""
    port = free_port()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "packages/local-glue/src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GLUE_PORT": str(port),
        "GLUE_EMULATOR_URL": emulator_url,
        "GLUE_STATE_DIR": str(folder / "state"),
        "GLUE_JOB_PYTHON": str(ENVS / "glue/bin/python"),
        "GLUE_SPARK_HOME": str(ENVS / "glue/lib/python3.11/site-packages/pyspark"),
        "GLUE_SPARK_JARS": str(HOME / "jars"),
        "GLUE_CORES": "2",
        "GLUE_WARM_DRIVERS": "0",
        "GLUE_QUIET_SECONDS": "1",
        "GLUE_CACHE_DIR": str(HOME / "cache" / "spark"),
        "GLUE_MINUTE_SECONDS": "1",  # a job's Timeout counts seconds here
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        **settings,
    }
    if "JAVA_HOME" in os.environ:
        env["GLUE_JAVA_HOME"] = os.environ["JAVA_HOME"]
    url = f"http://127.0.0.1:{port}"
    argv = [str(ENVS / "sandbox/bin/python"), "-m", "local_glue", "serve"]
    return Server("local Glue service", argv, env, f"{url}/_glue/health", folder / "glue.log"), url


def client(url: str, service: str, *, account: str = "test", region: str = "us-east-1") -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120),
    )


def make_role(url: str) -> None:
    """Create the role that jobs and crawlers of the tests run as."""
    trust = trust_in("glue.amazonaws.com")
    client(url, "iam").create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=trust)


@dataclass
class Stage:
    """A running service with clients, and the verbs that tests have in common."""

    url: str
    emulator_url: str
    server: Server
    clients: dict[str, Any] = field(default_factory=dict)

    def aws(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = client(self.url, service)
        return self.clients[service]

    def upload(self, body: str | bytes, suffix: str = ".py") -> str:
        """Store an object under a new key; give its S3 location."""
        key = f"files/{uuid.uuid4().hex}{suffix}"
        self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def job(self, script: str | bytes, *, command: str = "pythonshell", **definition: Any) -> str:
        """Create a job that runs a script's text; give its name."""
        name = f"job-{uuid.uuid4().hex[:12]}"
        self.aws("glue").create_job(
            **{
                "Name": name,
                "Role": ROLE,
                "Command": {"Name": command, "ScriptLocation": self.upload(script)},
                **definition,
            }
        )
        return name

    def start(self, job: str, **arguments: Any) -> str:
        run_id: str = self.aws("glue").start_job_run(JobName=job, **arguments)["JobRunId"]
        return run_id

    def run(self, job: str, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.aws("glue").get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return found

    def wait(self, job: str, run_id: str, states: set[str] = FINAL, seconds: float = 120) -> dict[str, Any]:
        """Wait until a run is in one of some states; give it."""

        def look() -> dict[str, Any] | None:
            run = self.run(job, run_id)
            return run if run["JobRunState"] in states else None

        return wait_for(f"run {run_id} in {sorted(states)}", look, seconds)

    def finish(self, job: str, **arguments: Any) -> dict[str, Any]:
        """Start a run and wait for its end."""
        return self.wait(job, self.start(job, **arguments))

    def lines(self, run: dict[str, Any], stream: str = "output") -> list[str]:
        """Give what a run wrote to its `output` or `error` log."""
        logs = self.aws("logs")
        messages: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = logs.get_log_events(
                logGroupName=f"{run['LogGroupName']}/{stream}",
                logStreamName=run["Id"],
                startFromHead=True,
                **token,
            )
            messages += [event["message"] for event in page["events"]]
            if not page["events"] or token.get("nextToken") == page.get("nextForwardToken"):
                return messages
            token = {"nextToken": page["nextForwardToken"]}

    def printed_json(self, run: dict[str, Any]) -> Any:
        """Read the one line of JSON that a script printed."""
        return json.loads(self.lines(run)[-1])
