"""AWS clients of the command line: the sandbox's address and keys are given, never looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_s3 import S3Client


def client(settings: Settings, service: str) -> Any:
    """A client for any service, by its AWS name."""
    import boto3

    return boto3.session.Session().client(service, **_address(settings))  # type: ignore[call-overload]


def s3(settings: Settings) -> S3Client:
    """The client for S3."""
    found: S3Client = client(settings, "s3")
    return found


def dynamodb(settings: Settings) -> DynamoDBServiceResource:
    """The resource for DynamoDB, whose items are plain Python values."""
    import boto3

    return boto3.session.Session().resource("dynamodb", **_address(settings))


def _address(settings: Settings) -> dict[str, Any]:
    from botocore.config import Config

    return {
        "endpoint_url": settings.endpoint_url,
        "region_name": settings.region,
        "aws_access_key_id": settings.access_key,
        "aws_secret_access_key": settings.secret_key,
        "config": Config(s3={"addressing_style": "path"}, proxies={}, retries={"total_max_attempts": 3}),
    }
