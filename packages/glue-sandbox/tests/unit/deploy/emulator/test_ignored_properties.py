"""What the emulator's CloudFormation ignores is set afterwards, of the resources that there are."""

from __future__ import annotations

from typing import Any

from glue_sandbox.deploy.emulator.ignored_properties import set_ignored_properties

RULE = {"Id": "a", "Status": "Enabled", "Prefix": "staging/", "ExpirationInDays": 7}
BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"LifecycleConfiguration": {"Rules": [RULE]}}}


class Clients:
    """CloudFormation with one bucket, and S3, which keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def __call__(self, _: str) -> Clients:
        return self

    def describe_stack_resources(self, **_: Any) -> Any:
        found = {
            "LogicalResourceId": "Data",
            "PhysicalResourceId": "acme",
            "ResourceStatus": "CREATE_COMPLETE",
        }
        return {"StackResources": [found]}

    def put_bucket_lifecycle_configuration(self, **told: Any) -> None:
        self.told.append(told)


def test_a_bucket_whose_condition_does_not_hold_is_left_out() -> None:
    clients = Clients()
    set_ignored_properties(
        clients, "stack", {"Resources": {"Data": BUCKET, "Archive": {**BUCKET, "Condition": "IsApart"}}}
    )
    (told,) = clients.told
    assert told["Bucket"] == "acme"
    assert told["LifecycleConfiguration"]["Rules"][0]["Expiration"] == {"Days": 7}
