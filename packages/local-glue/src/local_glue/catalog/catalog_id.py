"""Which Data Catalog a request means: an account has one, and others' are closed to it."""

from local_glue.api.errors import AccessDeniedException, EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.store import Scope


def require_own_catalog(operation: str, params: Json, scope: Scope) -> None:
    """Check that `CatalogId` is the catalog of the caller's account.

    Raises:
        EntityNotFoundException: it is no account's.
        AccessDeniedException: it is another account's.
    """
    catalog_id = params.get("CatalogId", scope.account)
    if catalog_id == scope.account:
        return
    if catalog_id.startswith(f"{scope.account}:"):  # a catalog below the account's own, such as of S3 tables
        raise EntityNotFoundException(f"Catalog {catalog_id} not found.")
    raise AccessDeniedException(
        f"User: {scope.user} is not authorized to perform: glue:{operation} on resource: "
        f"arn:aws:glue:{scope.region}:{catalog_id}:catalog because no resource-based policy allows the "
        f"glue:{operation} action. (Here the caller's account is {scope.account}, unless "
        "AWS_ACCESS_KEY_ID is an account's 12 digits.)"
    )
