"""The container `events` calls the handler as Lambda does: again after a failure, but not for ever."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from deliveries import ROOT

spec = importlib.util.spec_from_file_location("run_handler", ROOT / "compose" / "events" / "run_handler.py")
assert spec is not None
assert spec.loader is not None
run_handler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run_handler)


def message(tries: int) -> dict[str, Any]:
    body = json.dumps({"Records": [{"eventName": "ObjectCreated:Put"}]})
    return {"Body": body, "Attributes": {"ApproximateReceiveCount": str(tries)}}


def test_the_handler_gets_the_notification_as_s3_wrote_it() -> None:
    seen: list[object] = []
    assert run_handler.was_handled(lambda event, _context: seen.append(event), message(1))
    assert seen == [{"Records": [{"eventName": "ObjectCreated:Put"}]}]


def test_the_handler_gets_a_message_of_a_topic_in_an_event_of_sns() -> None:
    seen: list[Any] = []
    envelope = {
        "Type": "Notification",
        "MessageId": "m",
        "TopicArn": "arn",
        "Message": "text",
        "Timestamp": "t",
    }
    body = {**message(1), "Body": json.dumps(envelope)}
    assert run_handler.was_handled(lambda event, _context: seen.append(event), body)
    (record,) = seen[0]["Records"]
    assert (record["EventSource"], record["Sns"]["Subject"]) == ("aws:sns", None)
    assert envelope.items() <= record["Sns"].items()


@pytest.mark.parametrize(("tries", "is_over"), [(1, False), (2, False), (3, True)])
def test_a_failed_call_is_repeated_twice(
    tries: int, is_over: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_event: object, _context: object) -> None:
        raise ValueError("Airflow is away")

    assert run_handler.was_handled(fails, message(tries)) is is_over
    said = capsys.readouterr().err
    assert "ValueError: Airflow is away" in said
    assert f"try {tries} of 3 failed" in said


class Queue:
    """A queue that is out of order for its first answers, as a restarting emulator is."""

    broken: tuple[tuple[int, bytes], ...] = (
        (503, b'{"__type": "ServiceUnavailable"}'),
        (500, b"<html>starting</html>"),
        (400, b'{"__type": "com.amazonaws.sqs#QueueDoesNotExist"}'),
    )

    def __init__(self) -> None:
        self.deleted: SimpleQueue[str] = SimpleQueue()
        event = {"Messages": [message(1) | {"MessageId": "1", "ReceiptHandle": "first"}]}
        answers = iter([*self.broken, (200, json.dumps(event).encode())])
        deleted = self.deleted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = self.headers["X-Amz-Target"].rsplit(".", 1)[-1]
                status, body = 200, b"{}"
                if operation == "GetQueueUrl":
                    body = json.dumps({"QueueUrl": f"http://{self.headers['Host']}/queue"}).encode()
                elif operation == "ReceiveMessage":
                    status, body = next(answers, (200, b"{}"))
                elif operation == "DeleteMessage":
                    deleted.put(asked["ReceiptHandle"])
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Keep the tests' output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def test_an_emulator_that_is_away_for_a_while_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "own_handler.py").write_text("def handler(event, context):\n    print(event, flush=True)\n")
    queue = Queue()
    thread = threading.Thread(target=queue.server.serve_forever)
    thread.start()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path),
        "HANDLER": "own_handler.handler",
        "QUEUE_NAME": "events",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{queue.server.server_address[1]}",
        "AWS_MAX_ATTEMPTS": "1",
        **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test"),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    script = ROOT / "compose" / "events" / "run_handler.py"
    process = subprocess.Popen(
        [sys.executable, str(script)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert queue.deleted.get(timeout=20) == "first"
    finally:
        process.send_signal(signal.SIGTERM)
        printed, complaints = process.communicate(timeout=30)
        queue.server.shutdown()
        thread.join()
        queue.server.server_close()
    assert process.returncode == 0, complaints
    assert "ObjectCreated:Put" in printed
    assert complaints.count("asked again") == len(Queue.broken)
