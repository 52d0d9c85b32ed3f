"""CreateJob, GetJob, GetJobs, ListJobs, BatchGetJobs, UpdateJob, DeleteJob."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from service.glue.support import ROLE, Stage, client

from local_service.registry import coverage

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

SPARK: Any = {"Name": "glueetl", "ScriptLocation": "s3://b/k.py"}
SHELL: Any = {"Name": "pythonshell", "ScriptLocation": "s3://b/k.py"}


def name() -> str:
    return f"job-{uuid.uuid4().hex[:12]}"


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the code is checked by the caller
        call(**arguments)
    error = caught.value.response["Error"]  # type: ignore[attr-defined]
    return error["Code"], error["Message"]


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


def test_a_python_shell_job_gets_a_sixteenth_of_a_dpu(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SHELL)
    found = glue.get_job(JobName=job)["Job"]
    assert found["MaxCapacity"] == 0.0625
    assert "WorkerType" not in found


def test_capacity_follows_from_worker_type_and_number(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK, WorkerType="G.2X", NumberOfWorkers=3)
    assert glue.get_job(JobName=job)["Job"]["MaxCapacity"] == 6.0


def test_max_capacity_and_workers_exclude_each_other(glue: GlueClient) -> None:
    assert refusal(
        glue.create_job,
        Name=name(),
        Role=ROLE,
        Command=SPARK,
        MaxCapacity=2.0,
        WorkerType="G.1X",
        NumberOfWorkers=2,
    ) == (
        "InvalidInputException",
        "Please do not set Max Capacity if using Worker Type and Number of Workers.",
    )


@pytest.mark.parametrize(
    ("command", "capacity", "message"),
    [
        (
            SPARK,
            {"AllocatedCapacity": 2, "WorkerType": "G.1X", "NumberOfWorkers": 2},
            "Please do not set Allocated Capacity if using Worker Type and Number of Workers.",
        ),
        (
            SPARK,
            {"AllocatedCapacity": 2, "MaxCapacity": 2.0},
            "Please set only Allocated Capacity or Max Capacity.",
        ),
        (SPARK, {"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        (SPARK, {"NumberOfWorkers": 2}, "Please set both Worker Type and Number of Workers."),
        (
            SHELL,
            {"WorkerType": "G.1X", "NumberOfWorkers": 2},
            "Worker Type is not supported for Job Command pythonshell",
        ),
        (SHELL, {"MaxCapacity": 2.0}, "Max Capacity of a pythonshell job is 0.0625 or 1, found 2.0."),
        (
            SPARK,
            {"MaxCapacity": 2.5, "GlueVersion": "1.0"},
            "Max Capacity of a glueetl job is a whole number from 2 on, found 2.5.",
        ),
        (
            SPARK,
            {"AllocatedCapacity": 1},
            "Max Capacity of a glueetl job is a whole number from 2 on, found 1.",
        ),
        (
            SPARK,
            {"MaxCapacity": 4.0},
            "Max Capacity can't be set for jobs of Glue 2.0 and later: "
            "set Worker Type and Number of Workers.",
        ),
        (
            SPARK,
            {"WorkerType": "G.025X", "NumberOfWorkers": 2},
            "Worker Type G.025X is for Job Command gluestreaming only.",
        ),
        (
            SPARK,
            {"WorkerType": "G.1X", "NumberOfWorkers": 0},
            "Number of workers must be above 0, found 0.",
        ),
        (SHELL, {"Timeout": 10081}, "Timeout must be at most 10080 minutes (7 days), found 10081."),
        (
            SHELL,
            {"ExecutionClass": "FLEX"},
            "Execution Class FLEX is for Job Command glueetl of Glue 3.0 and later.",
        ),
    ],
)
def test_a_capacity_that_a_job_cannot_have_is_refused(
    glue: GlueClient, command: Any, capacity: dict[str, Any], message: str
) -> None:
    wrong = ("InvalidInputException", message)
    assert refusal(glue.create_job, Name=name(), Role=ROLE, Command=command, **capacity) == wrong
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=command)
    update = {"Role": ROLE, "Command": command, **capacity}
    assert refusal(glue.update_job, JobName=job, JobUpdate=update) == wrong


def test_an_older_job_has_a_max_capacity(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK, GlueVersion="1.0", MaxCapacity=4.0)
    assert glue.get_job(JobName=job)["Job"]["MaxCapacity"] == 4.0


def test_both_capacities_of_a_python_shell_job_are_taken(glue: GlueClient) -> None:
    for capacity in (0.0625, 1.0):
        job = name()
        glue.create_job(Name=job, Role=ROLE, Command=SHELL, MaxCapacity=capacity)
        assert glue.get_job(JobName=job)["Job"]["MaxCapacity"] == capacity


def test_a_page_goes_on_where_a_deleted_job_was(glue: GlueClient) -> None:
    made = sorted(name() for _ in range(4))
    for job in reversed(made):
        glue.create_job(Name=job, Role=ROLE, Command=SPARK, Tags={"page": made[0]})
    tags = {"page": made[0]}
    page = glue.list_jobs(Tags=tags, MaxResults=2)
    for job in page["JobNames"]:
        glue.delete_job(JobName=job)
    assert glue.list_jobs(Tags=tags, NextToken=page["NextToken"])["JobNames"] == made[2:]


def test_a_name_is_taken_once(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    code, _ = refusal(glue.create_job, Name=job, Role=ROLE, Command=SPARK)
    assert code == "AlreadyExistsException"


def test_an_unknown_job_is_named_in_the_error(glue: GlueClient) -> None:
    assert refusal(glue.get_job, JobName="no-such-job") == (
        "EntityNotFoundException",
        "Job with name: no-such-job not found.",
    )
    code, _ = refusal(glue.update_job, JobName="no-such-job", JobUpdate={"Role": ROLE, "Command": SPARK})
    assert code == "EntityNotFoundException"


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


def test_an_update_without_role_or_command_is_refused(glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    code, message = refusal(glue.update_job, JobName=job, JobUpdate={"Role": ROLE})
    assert (code, message.partition(":")[0]) == (
        "InvalidInputException",
        "Command should not be null or empty",
    )


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
    glue.create_crawler(Name=own, Role=ROLE, Targets={"S3Targets": [{"Path": "s3://b/"}]}, DatabaseName=own)
    of = {
        "JobName": own,
        "DatabaseName": own,
        "TableName": own,
        "CrawlerName": own,
        "CrawlerNameList": [own],
    }
    model = glue.meta.service_model
    paged = [
        operation
        for operation in coverage().built
        if "NextToken" in model.operation_model(operation).input_shape.members  # type: ignore[union-attr]
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


def test_accounts_and_regions_are_kept_apart(stage: Stage, glue: GlueClient) -> None:
    job = name()
    glue.create_job(Name=job, Role=ROLE, Command=SPARK)
    for other in (
        client(stage.url, "glue", account="123456789012"),
        client(stage.url, "glue", region="eu-west-1"),
    ):
        assert refusal(other.get_job, JobName=job)[0] == "EntityNotFoundException"
        assert other.get_jobs()["Jobs"] == []
