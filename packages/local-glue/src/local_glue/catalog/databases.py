"""Databases of the Data Catalog. Names are folded to lower case, as AWS does for compatibility with Hive."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.catalog import resource_links
from local_glue.catalog.keys import DATABASE
from local_glue.store import Documents

# What an account has that does not use Lake Formation's permissions: IAM alone decides.
_DEFAULT_PERMISSIONS = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]


def find_database(documents: Documents, name: str) -> Json:
    """Return a database.

    Raises:
        EntityNotFoundException: there is no such database.
    """
    database = documents.get(DATABASE, name.lower())
    if database is None:
        raise EntityNotFoundException(f"Database {name.lower()} not found.")
    return database


def put_database(documents: Documents, database_input: Json, now: float) -> None:
    """Store a database; one that exists keeps its creation time."""
    name = database_input["Name"].lower()
    former = documents.get(DATABASE, name) or {}
    body = {
        "CreateTableDefaultPermissions": _DEFAULT_PERMISSIONS,
        **database_input,
        "Name": name,
        "CreateTime": former.get("CreateTime", now),
        "CatalogId": documents.scope.account,
    }
    documents.put(DATABASE, name, body)


def resolve_database(documents: Documents, name: str) -> Json:
    """Return the database that holds the tables: of a link, the one that it means."""
    return resource_links.follow(documents, DATABASE, find_database(documents, name))
