"""`make alerts`: what people would have been told, by e-mail or however they have subscribed.

The words are those of the dashboard: made by the code of the Lambda function that keeps alerts for it.
"""

from __future__ import annotations

import re

from rich.text import Text

from glue_sandbox.settings import Settings
from glue_sandbox.status.published import read_published
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import out, print_hanging, working
from glue_sandbox.terminal.words import counted
from keep_alert.texts import readable_subject, readable_text

LABEL = re.compile(r"\s*(\w+: +)?")
"""What stands before a line's text, such as `Why:  `."""


def print_alerts(settings: Settings, limit: int) -> None:
    """Print the latest alerts, newest first.

    Raises:
        SandboxError: nothing runs.
    """
    must_run(settings)
    with working("Reading alerts"):
        messages = read_published(settings)

    if not messages:
        out.print("nobody would have been told anything: no run failed; next: make runs")
        return

    for message in messages[: -limit - 1 : -1]:
        at = message.at[:19].replace("T", " ")
        out.print(Text(f"\n{at} UTC  to {message.topic}", style="bold"))
        if title := readable_subject(message.subject):
            print_hanging(out, Text("  "), title, style="yellow")
        for line in readable_text(message.text).splitlines():
            label = LABEL.match(line)
            begin = label.end() if label else 0
            print_hanging(out, Text(f"  {line[:begin]}"), line[begin:])

    older = len(messages) - limit
    if older > 0:
        out.print(Text(f"\nand {counted(older, 'earlier one')}: make alerts N={len(messages)}", style="dim"))
    out.print(Text("\nnothing of this was sent out; on AWS: AlertEmail of infra/alerts.yaml", style="dim"))
