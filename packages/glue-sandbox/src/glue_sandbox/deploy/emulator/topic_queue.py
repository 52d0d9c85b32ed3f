"""A queue of the sandbox's own at every SNS topic of the stacks: here nothing that is published is sent out.

It is no part of the templates. What is in it is what subscribers would have got; `published` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

QUEUE = "sandbox-published"
KEPT_SECONDS = 14 * 24 * 3600  # the longest that a queue keeps a message

ClientFactory = Callable[[str], Any]


def subscribe_queue(clients: ClientFactory, topics: Sequence[str]) -> None:
    """Let the queue get what these topics (ARNs) publish; doing it again changes nothing."""
    if not topics:
        return
    sqs, sns = clients("sqs"), clients("sns")
    url = sqs.create_queue(QueueName=QUEUE, Attributes={"MessageRetentionPeriod": str(KEPT_SECONDS)})[
        "QueueUrl"
    ]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": list(topics)}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may_send]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    for topic in topics:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
