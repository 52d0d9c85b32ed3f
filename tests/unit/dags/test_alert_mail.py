"""Where Airflow has a mail server, people get the alert by e-mail, whatever became of the other way."""

from __future__ import annotations

import json
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from deliveries import ROOT
from glue_service.servers import free_port

from glue_sandbox.settings import load_settings

AIRFLOW_PYTHON = load_settings().python("airflow")
SEND = """
from alerts import send
from dag_settings import DagSettings

settings = DagSettings(
    bucket="b",
    topic_arn="arn:aws:sns:us-east-1:000000000000:t",
    alert_email="night@example.org,day@example.org",
)
send(settings, {}, "music_streaming_pipeline: x failed", "Why:     <b> & \\"c\\"")
"""


class Mailbox:
    """Takes every message."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.envelopes.append(envelope)
        return "250 OK"


def test_the_alert_arrives_by_mail_though_the_topic_cannot_be_reached(tmp_path: Path) -> None:
    if not AIRFLOW_PYTHON.exists():
        pytest.skip(f"no mail was sent: {AIRFLOW_PYTHON} is missing; next: make setup")
    mailbox = Mailbox()
    port = free_port()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        done = subprocess.run(
            [AIRFLOW_PYTHON, "-c", SEND],
            env=environment(tmp_path, port),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.stop()

    (envelope,) = mailbox.envelopes
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == ["night@example.org", "day@example.org"]
    assert mail["Subject"] == "music_streaming_pipeline: x failed"
    body = mail.get_body()
    assert body is not None
    assert "<pre>Why:     &lt;b&gt; &amp; &quot;c&quot;</pre>" in body.get_content()
    assert done.returncode == 1
    assert "Could not connect to the endpoint URL" in done.stderr


def environment(home: Path, port: int) -> dict[str, str]:
    """A mail server, and an AWS that is not there."""
    options = {"from_email": "pipeline@example.org", "disable_tls": True, "disable_ssl": True, "timeout": 20}
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": options}
    return {
        "PYTHONPATH": f"{ROOT / 'dags'}:{ROOT / 'glue'}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(connection),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
    }
