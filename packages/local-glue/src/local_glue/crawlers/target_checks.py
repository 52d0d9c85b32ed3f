"""What CreateCrawler and UpdateCrawler ask about a crawler's role and targets before they store it.

AWS looks at once whether it can assume the role, and whether buckets, tables and connections are there.
"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local_glue.api.errors import EntityNotFoundException, InternalServiceException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.aws.clients import client, own_credentials
from local_glue.aws.roles import RoleError, assume_role
from local_glue.catalog import connections
from local_glue.catalog.tables import tables
from local_glue.settings import Settings
from local_glue.store import Documents, Scope

_SESSION = "AWS-Crawler"
_MISSING = ("404", "NoSuchBucket", "ResourceNotFoundException")
# Where the S3 locations of each kind of target stand.
_LOCATIONS = {
    "S3Targets": "Path",
    "DeltaTargets": "DeltaTables",
    "IcebergTargets": "Paths",
    "HudiTargets": "Paths",
}


def require_role(settings: Settings, scope: Scope, role: str) -> None:
    """Check that Glue can assume a role.

    Raises:
        InvalidInputException: it can't.
        InternalServiceException: nobody could be asked.
    """
    try:
        assume_role(settings, scope, role, _SESSION)
    except RoleError as error:
        if isinstance(error.__cause__, BotoCoreError):
            raise InternalServiceException(str(error)) from error
        raise InvalidInputException(
            f"Service is unable to assume provided role. Please verify role's TrustPolicy. ({error})"
        ) from error


def require_targets(settings: Settings, documents: Documents, targets: Json) -> None:
    """Check that all targets exist.

    Raises:
        InvalidInputException: a bucket, table or connection does not.
        EntityNotFoundException: a table of the catalog does not.
    """
    scope = documents.scope
    own = own_credentials(settings, scope)
    for bucket in _buckets(targets):
        if not _is_there(client(settings, "s3", scope.region, own).head_bucket, Bucket=bucket):
            raise InvalidInputException(f"S3 bucket {bucket} does not exist.")

    for target in targets.get("DynamoDBTargets", []):
        dynamodb = client(settings, "dynamodb", scope.region, own)
        if not _is_there(dynamodb.describe_table, TableName=target["Path"]):
            raise InvalidInputException(f"DynamoDB table {target['Path']} does not exist.")

    for name in _connections(targets):
        try:
            connections.find(documents, name)
        except EntityNotFoundException as error:
            raise InvalidInputException(f"Unable to retrieve connection {name}: {error}") from error

    for target in targets.get("CatalogTargets", []):
        for name in target["Tables"]:
            tables.find_table(documents, target["DatabaseName"], name)


def _buckets(targets: Json) -> list[str]:
    buckets: dict[str, None] = {}
    for kind, member in _LOCATIONS.items():
        for target in targets.get(kind, []):
            found = target.get(member, [])
            for location in [found] if isinstance(found, str) else found:
                buckets[location.partition("://")[2].partition("/")[0]] = None
    return [bucket for bucket in buckets if bucket]


def _connections(targets: Json) -> list[str]:
    """Return the connections that targets name; an empty name is none."""
    names = {target.get("ConnectionName", ""): None for kind in targets.values() for target in kind}
    return [name for name in names if name]


def _is_there(ask: Any, **what: str) -> bool:
    """Ask the emulator for a bucket or table; one that may not be seen, or is elsewhere, is there."""
    try:
        ask(**what)
    except ClientError as error:
        return error.response["Error"]["Code"] not in _MISSING
    except BotoCoreError as error:
        raise InternalServiceException(f"The emulator can't be asked for {what}: {error}") from error
    return True
