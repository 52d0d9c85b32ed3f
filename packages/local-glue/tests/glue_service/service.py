"""A running local Glue service with clients, and the verbs that tests have in common."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from glue_service.aws import BUCKET, ROLE, client
from glue_service.servers import Server
from glue_service.waiting import wait_for

FINAL = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"}


@dataclass
class GlueService:
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
