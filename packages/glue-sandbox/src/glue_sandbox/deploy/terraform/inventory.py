"""A project whose resources Terraform makes: the sandbox makes none, and looks at what is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glue_sandbox.deploy.state import Deployed, DeployState, write_state
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_glue import GlueClient


def record_what_is_there(settings: Settings, emulator: Callable[[str], Any], glue: GlueClient) -> Deployed:
    """Write down which tables, jobs, crawlers and databases Terraform has made so far, and return it."""
    dynamodb: DynamoDBClient = emulator("dynamodb")
    tables = [
        name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]
    ]
    jobs = [job["Name"] for page in glue.get_paginator("get_jobs").paginate() for job in page["Jobs"]]
    crawlers = [
        each["Name"] for page in glue.get_paginator("get_crawlers").paginate() for each in page["Crawlers"]
    ]
    databases = [
        each["Name"]
        for page in glue.get_paginator("get_databases").paginate()
        for each in page["DatabaseList"]
    ]
    found = {"AWS::Glue::Job": jobs, "AWS::Glue::Crawler": crawlers, "AWS::Glue::Database": databases}
    deployed = Deployed(
        bucket=settings.data_bucket,
        artifact_bucket=settings.artifact_bucket,
        tables={name: name for name in tables},
        glue={kind: tuple(names) for kind, names in found.items() if names},
    )
    write_state(settings, DeployState(deployed=deployed))
    return deployed
