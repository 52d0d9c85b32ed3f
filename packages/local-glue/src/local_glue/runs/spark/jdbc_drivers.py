"""Drivers of databases that Glue has built in, for scripts that ask for one while they run."""

import logging

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.runs.files import LaunchError
from local_glue.runs.spark.built_in_jars import Waiting, built_in_jars
from local_glue.settings import Settings

VENDORS = ("mysql", "oracle", "postgresql", "redshift", "sqlserver")

logger = logging.getLogger(__name__)


def answer(settings: Settings, request: Json) -> Json:
    """Return where the jars of a driver lie on this machine, and what there is to say about them.

    Raises:
        InvalidInputException: there is no such driver, or it can't be fetched.
    """
    vendor = request.get("Vendor")
    if vendor not in VENDORS:
        raise InvalidInputException(f"Expected a Vendor of {', '.join(VENDORS)}, found {vendor!r}")
    said: list[str] = []
    try:
        jars = built_in_jars(vendor, settings, Waiting(said.append, lambda: None))
    except LaunchError as error:
        raise InvalidInputException(str(error).removeprefix("LAUNCH ERROR | ")) from error
    for line in said:
        logger.info("%s", line)
    return {"Jars": list(map(str, jars)), "Said": said}
