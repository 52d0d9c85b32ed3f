"""CreateJob, GetJob, GetJobs, ListJobs, BatchGetJobs, UpdateJob, DeleteJob."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from glue_service.aws import BUCKET, ROLE, client, refusal
from glue_service.service import GlueService

from local_glue.api.registry import coverage

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SPARK: Any = {"Name": "glueetl", "ScriptLocation": "s3://b/k.py"}
SHELL: Any = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}


def name() -> str:
    return f"job-{uuid.uuid4().hex[:12]}"


def test_a_spark_job_gets_the_defaults_of_its_glue_version(glue: GlueClient) -> None:
    job = name()
    assert glue.create_job(Name=job, Role=ROLE, Command=SPARK, GlueVersion="5.1")["Name"] == job
    found = glue.get_job(JobName=job)["Job"]
    assert found["Timeout"] == 480
    assert found["MaxRetries"] == 0
    assert found["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert found["Command"] == {**SPARK, "PythonVersion": "3"}
    assert (found["WorkerType"], found["NumberOfWorkers"], found["MaxCapacity"]) == ("G.1X", 10, 10.0)
    assert found["CreatedOn"] == found["LastModifiedOn"]


def test_an_older_glue_version_has_a_timeout_of_two_days(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK, GlueVersion="4.0")
    assert glue.get_job(JobName=job)["Job"]["Timeout"] == 2880


def test_a_page_goes_on_where_a_deleted_job_was(glue: GlueClient) -> None:
    made = sorted(name() for _ in range(4))
    for job in reversed(made):
        glue.create_job(Name=job, Role=ROLE, Command=SPARK, Tags={"page": made[0]})
    tags = {"page": made[0]}
    page = glue.list_jobs(Tags=tags, MaxResults=2)
    for job in page["JobNames"]:
        glue.delete_job(JobName=job)
    assert glue.list_jobs(Tags=tags, NextToken=page["NextToken"])["JobNames"] == made[2:]


def test_an_update_replaces_the_whole_definition(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK, Description="old", MaxRetries=2, Timeout=7)
    before = glue.get_job(JobName=job)["Job"]
    glue.update_job(JobName=job, JobUpdate={"Role": ROLE, "Command": SPARK, "Timeout": 9})
    after = glue.get_job(JobName=job)["Job"]
    assert "Description" not in after
    assert (after["MaxRetries"], after["Timeout"]) == (0, 9)
    assert after["CreatedOn"] == before["CreatedOn"]
    assert after["LastModifiedOn"] > before["LastModifiedOn"]


def test_deleting_a_job_twice_is_no_error(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    assert glue.delete_job(JobName=job)["JobName"] == job
    assert glue.delete_job(JobName=job)["JobName"] == job
    assert refusal(glue.get_job, JobName=job)[0] == "EntityNotFoundException"


def test_listings_come_in_pages_that_lose_nothing(glue: GlueClient) -> None:
    made = {name() for _ in range(5)}
    for job in made:
        glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    pages = list(glue.get_paginator("get_jobs").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["Jobs"]) <= 2 for page in pages)
    assert made <= {job["Name"] for page in pages for job in page["Jobs"]}
    listed: list[str] = []
    answer = glue.list_jobs(MaxResults=3)
    while True:
        listed += answer["JobNames"]
        if not answer.get("NextToken"):
            break
        answer = glue.list_jobs(MaxResults=3, NextToken=answer["NextToken"])
    assert made <= set(listed)
    assert len(listed) == len(set(listed))


def test_a_token_that_we_did_not_give_is_refused(glue: GlueClient) -> None:
    """By every operation that has pages, whatever the token looks like."""
    own = name()
    glue.create_job(Name=own, Role=ROLE, Command=SPARK)
    glue.create_database(DatabaseInput={"Name": own})
    glue.create_table(DatabaseName=own, TableInput={"Name": own})
    targets: Any = {"S3Targets": [{"Path": f"s3://{BUCKET}/"}]}
    glue.create_crawler(Name=own, Role=ROLE, Targets=targets, DatabaseName=own)
    of = {
        "JobName": own,
        "DatabaseName": own,
        "TableName": own,
        "CrawlerName": own,
        "CrawlerNameList": [own],
        "Pattern": "*",
    }
    model = glue.meta.service_model
    paged = [
        operation
        for operation in coverage().built
        if "NextToken" in model.operation_model(operation).input_shape.members  # type: ignore[union-attr]
        and operation != "ListStatements"  # only of a session that is under way: there
    ]
    assert len(paged) > 10
    for operation in paged:
        members = model.operation_model(operation).input_shape.members  # type: ignore[union-attr]
        params = {member: value for member, value in of.items() if member in members}
        for token in ("bm90LWEtam9i", "no base64 at all", "eyJhZnRlciI6IDV9"):
            call = getattr(glue, xform_name(operation))
            assert (operation, refusal(call, **params, NextToken=token)[0]) == (
                operation,
                "InvalidInputException",
            )


def test_batch_get_tells_what_is_missing(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    answer = glue.batch_get_jobs(JobNames=[job, "no-such-job"])
    assert [found["Name"] for found in answer["Jobs"]] == [job]
    assert answer["JobsNotFound"] == ["no-such-job"]


def test_tags_are_kept_changed_and_filter_listings(glue: GlueClient) -> None:
    job = name()
    arn = f"arn:aws:glue:us-east-1:000000000000:job/{job}"
    glue.create_job(Name=job, Role=ROLE, Command=SPARK, Tags={"team": job, "tier": "1"})
    assert glue.list_jobs(Tags={"team": job})["JobNames"] == [job]
    glue.tag_resource(ResourceArn=arn, TagsToAdd={"tier": "2", "new": "x"})
    glue.untag_resource(ResourceArn=arn, TagsToRemove=["team", "never"])
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"tier": "2", "new": "x"}
    assert glue.list_jobs(Tags={"team": job})["JobNames"] == []
    assert refusal(glue.get_tags, ResourceArn=arn + "x")[0] == "EntityNotFoundException"


def test_accounts_and_regions_are_kept_apart(service: GlueService, glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    for other in (
        client(service.url, "glue", account="123456789012"),
        client(service.url, "glue", region="eu-west-1"),
    ):
        assert refusal(other.get_job, JobName=job)[0] == "EntityNotFoundException"
        assert other.get_jobs()["Jobs"] == []
