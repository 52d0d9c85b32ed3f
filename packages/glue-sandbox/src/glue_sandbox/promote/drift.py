"""What somebody changed by hand: resources that are not as their stack has made them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

POLL_SECONDS = 0.5
WAIT_SECONDS = 300.0


def drift_of(client: CloudFormationClient, stack: str) -> tuple[str, ...]:
    """Return what has drifted, in words, or why nobody can say; nothing for a stack as it was made."""
    try:
        detection = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            status = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if status["DetectionStatus"] != "DETECTION_IN_PROGRESS" or time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        found = client.describe_stack_resource_drifts(
            StackName=stack, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"]
        )["StackResourceDrifts"]
    except ClientError as error:
        return (f"not known: {error.response['Error'].get('Message', error)}",)

    drifted = [
        f"{each['LogicalResourceId']} ({each['ResourceType'].removeprefix('AWS::')}) "
        + ("deleted" if each["StackResourceDriftStatus"] == "DELETED" else _differences(each))
        for each in found
    ]
    if status["DetectionStatus"] != "DETECTION_COMPLETE":
        reason = status.get("DetectionStatusReason", "")
        drifted.append(f"not all is known: {status['DetectionStatus']} {reason}".rstrip())
    return tuple(drifted)


def _differences(drift: object) -> str:
    properties = [each["PropertyPath"].strip("/") for each in drift.get("PropertyDifferences", [])]  # type: ignore[attr-defined]
    return ", ".join(sorted(properties)) or "changed"
