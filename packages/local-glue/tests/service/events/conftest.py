"""An emulator that takes events of Glue, as the sandbox starts it, and a queue that gets them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from glue_service.aws import BUCKET, client, make_role
from glue_service.servers import ENVS, ROOT, Server, emulator_server, glue_server
from glue_service.service import GlueService
from glue_service.waiting import wait_for

MAIN = ROOT / "packages/local-glue/src/local_glue/emulators/ministack_main.py"
TOKEN = "a-token"


@dataclass
class Received:
    """What a rule has delivered to its queue."""

    sqs: Any
    url: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def of(self, detail_type: str, count: int, **detail: str) -> list[dict[str, Any]]:
        """Wait for so many events of a type whose detail has these values; give their details."""

        def look() -> list[dict[str, Any]] | None:
            answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self.events.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            found = [
                event
                for event in self.events
                if event["detail-type"] == detail_type and detail.items() <= event["detail"].items()
            ]
            return found if len(found) >= count else None

        return wait_for(f"{count} events {detail_type} of {detail}", look)


@pytest.fixture(scope="module")
def telling_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GlueService]:
    """A local Glue service whose emulator knows it by a token."""
    folder = tmp_path_factory.mktemp("events")
    plain, emulator_url = emulator_server(folder)
    env = {
        **plain.env,
        "STATE_DIR": str(folder / "state"),
        "GLUE_SERVICE_URL": "http://127.0.0.1:9",
        "GLUE_CONTROL_TOKEN": TOKEN,
    }
    argv = [str(ENVS / "ministack/bin/python"), str(MAIN)]
    emulator = Server("MiniStack", argv, env, plain.health, plain.log, needs_emulator=False)
    emulator.start()
    client(emulator_url, "s3").create_bucket(Bucket=BUCKET)
    make_role(emulator_url)
    server, url = glue_server(folder, emulator_url, GLUE_CONTROL_TOKEN=TOKEN)
    server.start()
    yield GlueService(url, emulator_url, server)
    server.stop()
    emulator.stop()


@pytest.fixture
def received(telling_service: GlueService) -> Received:
    """A queue of its own for all that Glue tells from now on."""
    sqs, events = telling_service.aws("sqs"), telling_service.aws("events")
    name = f"glue-{uuid.uuid4().hex[:8]}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.glue"]}))
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return Received(sqs, url)
