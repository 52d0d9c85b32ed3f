"""`make alerts`: what people would have been told, by e-mail or however they have subscribed."""

from __future__ import annotations

import json
from typing import Any

from rich.text import Text

from glue_sandbox.published import Published, read_published
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import out, working
from music.words import counted


def print_alerts(settings: Settings, limit: int) -> None:
    """Print the latest alerts, newest last.

    Raises:
        SandboxError: nothing runs.
    """
    must_run(settings)
    with working("Reading alerts"):
        messages = read_published(settings)

    if not messages:
        out.print("nobody would have been told anything: no run failed; next: make runs")
        return

    for message in messages[-limit:]:
        at = message.at[:19].replace("T", " ")
        out.print(Text(f"\n{at} UTC  to {message.topic}", style="bold"))
        if title := subject(message):
            out.print(Text(f"  {title}", style="yellow"))
        for line in readable(message.text).splitlines():
            out.print(Text(f"  {line}"), soft_wrap=True)

    older = len(messages) - limit
    if older > 0:
        out.print(Text(f"\nand {counted(older, 'earlier one')}: make alerts N={len(messages)}", style="dim"))
    out.print(Text("\nnothing of this was sent out; on AWS: AlertEmail of infra/alerts.yaml", style="dim"))


def subject(message: Published) -> str:
    """Return the subject; that which EventBridge's messages have says nothing."""
    return "" if message.subject == "EventBridge Notification" else message.subject


def readable(text: str) -> str:
    """Return a message as text: CloudWatch sends JSON, and EventBridge puts each line into quotes."""
    if text.startswith("{"):
        return _alarm_text(text)
    return "\n".join(
        line[1:-1] if line[:1] == line[-1:] == '"' else line.strip('"') for line in text.splitlines()
    )


def _alarm_text(text: str) -> str:
    try:
        alarm: dict[str, Any] = json.loads(text)
        name, state, why = alarm["AlarmName"], alarm["NewStateValue"], alarm["NewStateReason"]
    except (ValueError, KeyError):
        return text  # JSON of something else
    if state != "ALARM":
        return f"The alarm {name} is over ({state})."  # its description and reason are those of the alarm
    return f"The alarm {name} is on.\nWhat: {alarm.get('AlarmDescription') or ''}\nWhy:  {why}"
