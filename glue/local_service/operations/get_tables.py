"""GetTables: give a database's tables, in pages."""

import re

from local_service import catalog
from local_service.call import Call
from local_service.errors import InvalidInputException
from local_service.model import Json
from local_service.paging import page


def get_tables(call: Call, params: Json) -> Json:
    """Give the tables by name, perhaps only those whose whole name matches a regular expression."""
    database = catalog.find_database(call.documents, params["DatabaseName"])
    tables = sorted(
        call.documents.all(catalog.TABLE, parent=database["Name"]), key=lambda table: str(table["Name"])
    )
    if "Expression" in params:
        tables = [table for table in tables if _compile(params["Expression"]).fullmatch(table["Name"])]
    found, token = page(tables, params, lambda table: table["Name"], most=100)
    output: Json = {"TableList": [catalog.shown(table, "Table") for table in found]}
    return output | ({"NextToken": token} if token else {})


def _compile(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression)
    except re.error as error:
        raise InvalidInputException(f"Expression {expression!r} is no regular expression: {error}") from error
