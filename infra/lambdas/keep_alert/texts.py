"""Messages as a person reads them: CloudWatch sends JSON, and EventBridge puts each line into quotes."""

from __future__ import annotations

import json
from typing import Any


def readable_subject(subject: str) -> str:
    """Return the subject; that which EventBridge's messages have says nothing."""
    return "" if subject == "EventBridge Notification" else subject


def readable_text(text: str) -> str:
    """Return a message's text."""
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
