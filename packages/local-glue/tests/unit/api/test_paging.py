"""Pages: concatenated they are the whole, and a token is good for its own listing only."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from glue_service.aws import ROLE
from glue_service.in_process import client_of

from local_glue.api import glue_api_model
from local_glue.api.registry import coverage
from local_glue.crawlers import definitions as crawlers
from local_glue.http.app import App
from local_glue.sessions import records as sessions
from local_glue.store import Scope

SCOPE = Scope("000000000000", "us-east-1")

DATABASE: Any = {"DatabaseName": "d0"}
TABLE: Any = {**DATABASE, "TableName": "t0"}
NETWORK: Any = {"ConnectionType": "NETWORK", "ConnectionProperties": {}}
CODE: Any = {"ClassName": "C", "OwnerName": "o", "OwnerType": "USER", "ResourceUris": []}
# Each listing: what it is asked with, and where its items are.
LISTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "GetConnections": ({}, "ConnectionList"),
    "GetCrawlerMetrics": ({}, "CrawlerMetricsList"),
    "GetCrawlers": ({}, "Crawlers"),
    "GetDatabases": ({}, "DatabaseList"),
    "GetJobRuns": ({"JobName": "j0"}, "JobRuns"),
    "GetJobs": ({}, "Jobs"),
    "GetPartitions": (TABLE, "Partitions"),
    "GetTableVersions": (TABLE, "TableVersions"),
    "GetTables": (DATABASE, "TableList"),
    "GetUserDefinedFunctions": ({**DATABASE, "Pattern": "*"}, "UserDefinedFunctions"),
    "ListCrawlers": ({}, "CrawlerNames"),
    "ListCrawls": ({"CrawlerName": "c0"}, "Crawls"),
    "ListJobs": ({}, "JobNames"),
    "ListSessions": ({}, "Ids"),
    "SearchTables": ({}, "TableList"),
}
# A table has three at most, a session of a person some dozens, and no page size can be asked for.
ON_ONE_PAGE = {"GetPartitionIndexes", "ListStatements"}


def end_session(app: App, session_id: str) -> None:
    with app.store.transaction(SCOPE) as documents:
        session = sessions.find_session(documents, session_id)
        sessions.end(documents, session, "STOPPED", time.time(), None)


def make_five_of_each(app: App, glue: Any) -> None:
    script = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}
    for number in range(5):
        glue.create_job(
            Name=f"j{number}", Role=ROLE, Command=script, ExecutionProperty={"MaxConcurrentRuns": 5}
        )
        glue.create_crawler(Name=f"c{number}", Role=ROLE, Targets={"S3Targets": [{"Path": "s3://b/"}]})
        glue.create_database(DatabaseInput={"Name": f"d{number}"})
    for number in range(5):
        keys = [{"Name": "n", "Type": "int"}]
        glue.create_table(**DATABASE, TableInput={"Name": f"t{number}", "PartitionKeys": keys})
        glue.create_partition(**TABLE, PartitionInput={"Values": [str(number)]})
        glue.start_job_run(JobName="j0")
        glue.create_connection(ConnectionInput={"Name": f"n{number}", **NETWORK})
        glue.create_user_defined_function(**DATABASE, FunctionInput={"FunctionName": f"f{number}", **CODE})
    for number in range(5):
        glue.create_session(Id=f"s{number}", Role=ROLE, Command={"Name": "glueetl"})
        glue.stop_session(Id=f"s{number}")
        end_session(app, f"s{number}")
    for _ in range(4):
        glue.update_table(**DATABASE, TableInput={"Name": "t0", "PartitionKeys": keys})


def make_five_crawls(app: App, glue: Any) -> None:
    for _ in range(5):
        glue.start_crawler(Name="c0")
        with app.store.transaction(SCOPE) as documents:
            crawler = crawlers.find_crawler(documents, "c0")
            crawlers.end_crawl(documents, crawler, {"Status": "SUCCEEDED"}, crawler["StartedOn"] + 1)


def pages_of(glue: Any, operation: str, size: int) -> list[list[Any]]:
    params, key = LISTINGS[operation]
    name = glue_api_model.snake_case(operation)
    if glue.can_paginate(name):
        pages = glue.get_paginator(name).paginate(**params, PaginationConfig={"PageSize": size})
        return [page[key] for page in pages]
    found: list[list[Any]] = []
    token: dict[str, str] = {}
    while True:
        page = getattr(glue, name)(**params, MaxResults=size, **token)
        found.append(page[key])
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_pages_of_every_listing_are_the_whole(app: App) -> None:
    takes_tokens = {
        name for name in coverage().built if "NextToken" in glue_api_model.input_shape(name).members
    }
    assert takes_tokens == LISTINGS.keys() | ON_ONE_PAGE
    glue = client_of(app)
    make_five_of_each(app, glue)
    make_five_crawls(app, glue)
    for operation, (params, key) in LISTINGS.items():
        whole = getattr(glue, glue_api_model.snake_case(operation))(**params)
        assert "NextToken" not in whole
        pages = pages_of(glue, operation, 2)
        assert [len(page) for page in pages] == [2, 2, 1], operation
        assert [item for page in pages for item in page] == whole[key], operation
        assert [len(page) for page in pages_of(glue, operation, 5)] == [5], operation


def test_a_token_is_good_for_its_own_listing_only(app: App) -> None:
    glue = client_of(app)
    make_five_of_each(app, glue)
    token = glue.get_tables(**DATABASE, MaxResults=1)["NextToken"]
    other = client_of(app, account="123456789012")
    abroad = client_of(app, region="eu-west-1")
    for away in (other, abroad):
        away.create_database(DatabaseInput={"Name": "d0"})
    wrong: list[Callable[[], object]] = [
        lambda: glue.get_tables(DatabaseName="d1", NextToken=token),
        lambda: glue.get_databases(NextToken=token),
        lambda: other.get_tables(**DATABASE, NextToken=token),
        lambda: abroad.get_tables(**DATABASE, NextToken=token),
        lambda: glue.get_jobs(NextToken="e30="),
        lambda: glue.get_partition_indexes(**TABLE, NextToken="none of ours"),
    ]
    for ask in wrong:
        with pytest.raises(ClientError, match="Invalid NextToken") as caught:
            ask()
        assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    again = glue.get_tables(DatabaseName="D0", NextToken=token, MaxResults=1)
    assert again["TableList"][0]["Name"] == "t1"


def test_who_deletes_what_a_page_gave_gets_the_next_page(app: App) -> None:
    glue = client_of(app)
    make_five_of_each(app, glue)
    current = glue.get_table(**DATABASE, Name="t0")["Table"]["VersionId"]
    seen: list[str] = []
    for page in glue.get_paginator("get_table_versions").paginate(**TABLE, PaginationConfig={"PageSize": 2}):
        found = [version["VersionId"] for version in page["TableVersions"]]
        seen += found
        old = [version for version in found if version != current]
        glue.batch_delete_table_version(**TABLE, VersionIds=old)
    assert seen == ["4", "3", "2", "1", "0"]
    assert len(glue.get_table_versions(**TABLE)["TableVersions"]) == 1


def test_a_resource_has_fifty_tags_at_most(app: App) -> None:
    glue = client_of(app)
    make_five_of_each(app, glue)
    for word in ("job/j0", "crawler/c0", "database/d0"):
        arn = f"arn:aws:glue:us-east-1:000000000000:{word}"
        glue.tag_resource(ResourceArn=arn, TagsToAdd={f"k{number}": "v" for number in range(50)})
        glue.tag_resource(ResourceArn=arn, TagsToAdd={"k0": "new"})
        with pytest.raises(ClientError, match="50 tags at most, found 51") as caught:
            glue.tag_resource(ResourceArn=arn, TagsToAdd={"more": "v"})
        assert caught.value.response["Error"]["Code"] == "InvalidInputException"
        glue.untag_resource(ResourceArn=arn, TagsToRemove=[f"k{number}" for number in range(1, 50)])
        assert glue.get_tags(ResourceArn=arn)["Tags"] == {"k0": "new"}
