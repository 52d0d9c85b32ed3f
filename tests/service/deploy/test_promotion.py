"""From a checkout to an account, and back: by the commands that a person types, with keys of their own.

The account is an emulator's, and another than a sandbox's. It is reached as AWS is, by a profile of the
person's own AWS configuration. That AWS itself answers alike is not proven here.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from deliveries import ROOT
from glue_service.aws import trust_in
from glue_service.waiting import wait_for

from bootstrap import SOURCES
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.permissions.needed import Permission
from glue_sandbox.permissions.project_roles import roles_of_templates
from glue_sandbox.permissions.report import compare_all
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.airflow.execution_role import needs_of_airflow, role_differences
from glue_sandbox.promote.content import content_of
from glue_sandbox.promote.environment import load_environment
from glue_sandbox.promote.gate import SUITES, write_proof
from glue_sandbox.settings import Settings
from glue_sandbox.status.recorded_calls import recorded_calls
from local_glue.calls.recorder import parse_records
from music_streams import layout, step_results, storage
from music_streams.deliveries import manifest
from music_streams.deliveries.file_counts import FileCounts
from music_streams.step_results import Calculated, CountedFile, StagedFile

from .conftest import running_account

ACCOUNT, SANDBOX = "111122223333", "000000000000"
DAGS_BUCKET = "acme-airflow"
ENVIRONMENT = f"""\
account_id = "{ACCOUNT}"
region = "us-east-1"
profile = "music-dev"
stacks = "acme-dev"
[buckets]
data = "acme-music-dev"
artifacts = "acme-music-dev-artifacts"
[airflow]
dags = "s3://{DAGS_BUCKET}/dags/"
[tags]
team = "data"
"""
PROD = f"""\
account_id = "{ACCOUNT}"
region = "us-east-1"
prefix = "prod_"
[buckets]
data = "acme-music-prod"
artifacts = "acme-music-prod-artifacts"
[parameters]
ArchiveBucketName = "acme-music-prod-archive"
SparkWorkers = "3"
SparkWorkerType = "G.2X"
SparkTimeoutMinutes = "45"
ShellTimeoutMinutes = "7"
[airflow]
dags = "s3://{DAGS_BUCKET}-prod/dags/"
[airflow.environment]
MUSIC_STREAMS_SCHEDULE = "@daily"
"""
CONFIGURATION = """\
[profile music-dev]
endpoint_url = {endpoint}
[default]
endpoint_url = {endpoint}
"""
KEYS = f"""\
[music-dev]
aws_access_key_id = {ACCOUNT}
aws_secret_access_key = test
[default]
aws_access_key_id = {ACCOUNT}
aws_secret_access_key = test
"""
GITHUB = "token.actions.githubusercontent.com"
WORKFLOW = {
    "PromotionRoleName": "acme-promotion-dev",
    "GitHubRepository": "acme/music-streams",
    "GitHubEnvironment": "dev",
    "StackPrefix": "acme-dev",
    "DataBucketName": "acme-music-dev",
    "ArchiveBucketName": "acme-music-dev",
    "ArtifactBucketName": "acme-music-dev-artifacts",
    "AirflowBucketName": DAGS_BUCKET,
}
"""Parameters of infra/promotion.yaml."""
NOT_USED_HERE = {
    "cloudformation:TagResource",  # with its change sets
    *("cloudformation:DetectStackResourceDrift", "cloudformation:BatchDescribeTypeConfigurations"),  # its own
    *("cloudformation:DescribeStackEvents", "cloudformation:DescribeEvents"),  # of a stack that fails
    *("airflow:GetEnvironment", "airflow:InvokeRestApi", "iam:SimulatePrincipalPolicy"),  # of MWAA
}
"""Of what a plan and a promotion may do."""
SONGS = b"track_id,track_name,track_genre,duration_ms\nt1,One,pop,1000\n"
REPORT = '<testsuites><testsuite tests="3" skipped="0"/></testsuites>'


class Person:
    """Somebody with a checkout, an AWS configuration with keys of the account, and a shell."""

    def __init__(self, settings: Settings, root: Path, home: Path) -> None:
        self.settings, self.root, self.home = settings, root, home
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/config").write_text(CONFIGURATION.format(endpoint=settings.endpoint_url))
        (home / ".aws/credentials").write_text(KEYS)

    def client(self, service: str, account: str = ACCOUNT) -> Any:
        session = boto3.Session(account, "test", region_name="us-east-1")
        return session.client(service, endpoint_url=self.settings.endpoint_url)  # type: ignore[call-overload]

    def begins(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "SANDBOX_HOME": str(self.home / "installations"),
            "SANDBOX_STATE": str(self.home / "state"),
            "SANDBOX_PROJECT": str(self.root),
            "MODE": "embedded",
            "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in SOURCES),
            **variables,
        }
        command = [str(self.settings.python("sandbox")), "-m", "glue_sandbox", *words]
        nobody, pipe = subprocess.DEVNULL, subprocess.PIPE
        return subprocess.Popen(
            command, env=env, cwd=self.root, stdin=nobody, stdout=pipe, stderr=pipe, text=True
        )

    def types(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        process = self.begins(*words, **variables)
        said, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess(words, process.returncode, said, errors)

    def plans(self, target: str = "dev") -> tuple[str, str]:
        """What a plan says, and its file."""
        done = self.types("plan", TARGET=target)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, file_of(done.stdout)

    def proves(self) -> None:
        """As `make test` does when all of it has passed."""
        report = self.home / "report.xml"
        report.write_text(REPORT)
        digest = content_of(load_project(self.root / "sandbox.toml")).digest
        write_proof(self.home / "installations", digest, {suite: [report] for suite in SUITES}, "")

    def promotes(self, file: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.types("promote", PLAN=file, CONFIRM=ACCOUNT, **variables)

    def edits(self, name: str, old: str, new: str) -> None:
        file = self.root / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))


def file_of(said: str) -> str:
    found = re.search(r"make promote PLAN=(\S+)", said)
    return found[1] if found else ""


def identity(**other: str) -> str:
    """A token such as GitHub's for a workflow of the one environment; `other`: claims of others."""

    def part(claims: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

    claims = {
        "iss": f"https://{GITHUB}",
        "aud": "sts.amazonaws.com",
        "sub": "repo:acme/music-streams:environment:dev",
        **other,
    }
    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


def works_as_workflow(person: Person, parameters: dict[str, str]) -> None:
    """Make the role of infra/promotion.yaml; the profile `music-dev` has it by a web identity, and no key."""
    iam, stacks = person.client("iam"), person.client("cloudformation")
    iam.create_open_id_connect_provider(Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"])
    stacks.create_stack(
        StackName="acme-promotion-dev",
        TemplateBody=json.dumps(load_template(ROOT / "infra/promotion.yaml")),
        Parameters=[{"ParameterKey": name, "ParameterValue": text} for name, text in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stacks.get_waiter("stack_create_complete").wait(StackName="acme-promotion-dev", WaiterConfig={"Delay": 1})
    role = iam.get_role(RoleName=parameters["PromotionRoleName"])["Role"]["Arn"]

    token = person.home / "identity"
    token.write_text(identity())
    profile = f"role_arn = {role}\nweb_identity_token_file = {token}\nrole_session_name = promote-1\n"
    config, credentials = person.home / ".aws/config", person.home / ".aws/credentials"
    config.write_text(config.read_text().replace("[profile music-dev]\n", f"[profile music-dev]\n{profile}"))
    credentials.write_text(KEYS[KEYS.index("[default]") :])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Where the account is."""
    with running_account(tmp_path_factory.mktemp("account"), account_id=ACCOUNT) as (chosen, _):
        yield chosen


@pytest.fixture(scope="module")
def person(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Person:
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("infra", "glue", "dags"):
        subprocess.run(["cp", "-r", str(ROOT / folder), str(root)], check=True)
    for file in ("pyproject.toml", "sandbox.toml"):
        (root / file).write_bytes((ROOT / file).read_bytes())
    for folder in ("scripts", "notebooks", "environments"):
        (root / folder).mkdir()
    (root / "environments" / "dev.toml").write_text(ENVIRONMENT)
    # The commands of this pipeline are not needed here.
    toml = (root / "sandbox.toml").read_text()
    (root / "sandbox.toml").write_text(toml[: toml.index("[commands]")])
    made = Person(settings, root, tmp_path_factory.mktemp("home"))
    made.client("s3").create_bucket(Bucket=DAGS_BUCKET)
    works_as_workflow(made, WORKFLOW)
    return made


@pytest.fixture(scope="module")
def first(person: Person) -> str:
    """The first release, from an empty account; the promotion is killed on its way, and typed again."""
    person.proves()
    said, file = person.plans()
    assert "(new)" in said

    killed = person.begins("promote", PLAN=file, CONFIRM=ACCOUNT)
    stacks = person.client("cloudformation")
    while "acme-dev-tables" not in {stack["StackName"] for stack in stacks.describe_stacks()["Stacks"]}:
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.1)
    killed.kill()
    killed.wait()
    said = person.types("releases", TARGET="dev").stdout
    assert said.startswith("! parts of ")
    assert f"Next          make promote PLAN={file}" in said

    done = person.promotes(file)
    if "one of arn:aws" in done.stderr:  # it was killed while it held the lock
        done = person.promotes(file, BREAK_LOCK="1")
    assert done.returncode == 0, done.stdout + done.stderr
    return _release(person)


def _release(person: Person, target: str = "dev") -> str:
    """The release that is there."""
    return person.types("releases", TARGET=target).stdout.splitlines()[0].split()[1]


def test_nothing_is_promoted_that_the_tests_have_not_proven(person: Person) -> None:
    _, file = person.plans()
    done = person.promotes(file)
    assert done.returncode == 1
    assert "not proven: unit tests of exactly this content, service tests" in done.stderr


def test_from_empty_to_a_release(person: Person, first: str) -> None:
    jobs = person.client("glue").get_job(JobName="calculate_metrics_etl")["Job"]
    assert jobs["Command"]["ScriptLocation"].startswith("s3://acme-music-dev-artifacts/jobs/")
    dag = person.client("s3").get_object(Bucket=DAGS_BUCKET, Key="dags/dag_glue_workflow.py")["Body"].read()
    assert dag == (person.root / "dags/dag_glue_workflow.py").read_bytes()
    script = person.client("s3").get_object(Bucket=DAGS_BUCKET, Key="startup.sh")["Body"].read().decode()
    topic = f"arn:aws:sns:us-east-1:{ACCOUNT}:music_streams_alerts"
    assert "export MUSIC_STREAMS_BUCKET=acme-music-dev\nexport MUSIC_STREAMS_CRAWLER=music_streams" in script
    assert f"export MUSIC_STREAMS_TOPIC_ARN={topic}\n" in script
    package = person.client("s3").list_objects_v2(Bucket=DAGS_BUCKET, Prefix="dags/music_streams/")
    assert package["KeyCount"] > 10
    stack = person.client("cloudformation").describe_stacks(StackName="acme-dev-jobs")["Stacks"][0]
    tags = {tag["Key"]: tag["Value"] for tag in stack["Tags"]}
    whose = {"team": "data", "project": "music-streams", "environment": "dev", "release": first}
    assert tags == whose
    assert stack["EnableTerminationProtection"]


def test_a_second_plan_has_nothing_to_do(person: Person, first: str) -> None:
    said, file = person.plans()
    assert f"There now: {first}" in said
    assert "Nothing would change." in said
    assert file == ""


def test_a_changed_job_is_what_the_plan_shows_and_the_way_back_brings_the_old_one(
    person: Person, first: str
) -> None:
    def script() -> bytes:
        job = person.client("glue").get_job(JobName="calculate_metrics_etl")["Job"]
        bucket, _, key = job["Command"]["ScriptLocation"].removeprefix("s3://").partition("/")
        body: bytes = person.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    old = script()
    person.edits("glue/jobs/calculate_metrics_etl.py", "DATES_AT_ONCE = 31", "DATES_AT_ONCE = 30")
    said, file = person.plans()
    code = re.search(r"^Code\n((?:  .*\n)+)", said, re.M)
    assert code
    assert code[1].split() == ["changed", "jobs/calculate_metrics_etl.py"]
    stacks = re.findall(r"^Stack (.*)\n((?:  .*\n)+)", said, re.M)
    assert [name for name, _ in stacks] == ["acme-dev-jobs"]
    assert re.findall(r"~ (\w+)", stacks[0][1]) == ["CalculateMetricsEtl"]
    assert "not proven" in person.promotes(file).stderr
    person.proves()
    unconfirmed = person.types("promote", PLAN=file)
    assert unconfirmed.returncode == 1
    assert f"the same command with CONFIRM={ACCOUNT}" in unconfirmed.stderr
    assert f"Environment dev: account {ACCOUNT}, us-east-1" in unconfirmed.stdout
    assert "assumed-role/acme-promotion-dev/promote-1" in unconfirmed.stdout
    assert "proven by 3 unit, 3 service, 3 e2e tests" in unconfirmed.stdout
    assert person.promotes(file).returncode == 0
    assert b"DATES_AT_ONCE = 30" in script()

    back = person.types("rollback", TARGET="dev")
    done = person.promotes(file_of(back.stdout))
    assert done.returncode == 0, done.stdout + done.stderr
    assert script() == old
    assert _release(person) == first
    person.edits("glue/jobs/calculate_metrics_etl.py", "DATES_AT_ONCE = 30", "DATES_AT_ONCE = 31")


def test_a_target_that_has_moved_is_left_alone(person: Person, first: str) -> None:
    person.edits("infra/jobs.yaml", "Description: ", "Description: Also ")
    _, file = person.plans()
    person.proves()
    stacks = person.client("cloudformation")
    template = stacks.get_template(StackName="acme-dev-jobs")["TemplateBody"]
    text = template if isinstance(template, str) else json.dumps(template)
    parameters = stacks.describe_stacks(StackName="acme-dev-jobs")["Stacks"][0]["Parameters"]
    stacks.update_stack(
        StackName="acme-dev-jobs",
        TemplateBody=text.replace("alculate", "alculatE", 1),
        Parameters=parameters,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    done = person.promotes(file)
    assert done.returncode == 1
    assert "stack acme-dev-jobs was changed at" in done.stderr
    person.edits("infra/jobs.yaml", "Description: Also ", "Description: ")


def test_what_was_changed_by_hand_is_named(person: Person, first: str) -> None:
    functions = person.client("lambda")
    functions.update_function_configuration(FunctionName="kpi_api", Timeout=7)
    stacks = person.client("cloudformation")
    stacks.update_termination_protection(StackName="acme-dev-tables", EnableTerminationProtection=False)
    said, _ = person.plans()
    drift = said.partition("Drift")[2].splitlines()[1:]
    assert "  acme-dev-kpi-api: KpiApiFunction (Lambda::Function) Timeout" in drift
    assert [line for line in drift if "tables" in line and "protection is off" in line]
    functions.update_function_configuration(FunctionName="kpi_api", Timeout=29)
    stacks.update_termination_protection(StackName="acme-dev-tables", EnableTerminationProtection=True)
    assert "Drift" not in person.plans()[0]


@pytest.mark.parametrize(
    "other",
    [
        {"sub": "repo:acme/other:environment:dev"},
        {"sub": "repo:acme/music-streams:environment:prod"},
        {"sub": "repo:acme/music-streams:ref:refs/heads/main"},
        {"aud": "somebody"},
        {"iss": "https://gitlab.com"},
    ],
    ids=lambda other: "-".join(other.values()),
)
def test_no_other_repository_environment_or_audience_takes_the_role(
    person: Person, other: dict[str, str]
) -> None:
    arn = person.client("iam").get_role(RoleName="acme-promotion-dev")["Role"]["Arn"]
    sts, asked = person.client("sts"), {"RoleArn": arn, "RoleSessionName": "promote"}
    assert sts.assume_role_with_web_identity(**asked, WebIdentityToken=identity())["Credentials"]
    with pytest.raises(ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"):
        sts.assume_role_with_web_identity(**asked, WebIdentityToken=identity(**other))


def test_two_at_once_are_kept_apart(person: Person, first: str) -> None:
    person.edits("dags/dag_settings.py", '"""', '"""')
    (person.root / "dags" / "one_more.py").write_text("MORE = 1\n")
    person.proves()
    _, file = person.plans()
    s3 = person.client("s3")
    lock = {"Bucket": "acme-music-dev-artifacts", "Key": "releases/lock.json"}
    s3.put_object(**lock, Body=json.dumps({"by": "somebody", "since": "now"}).encode())
    done = person.promotes(file)
    assert done.returncode == 1
    assert "one of somebody since now" in done.stderr
    assert person.promotes(file, BREAK_LOCK="1").returncode == 0
    with pytest.raises(s3.exceptions.ClientError):
        s3.get_object(**lock)


def test_lost_data_has_to_be_named_and_what_a_policy_keeps_is_not_lost(person: Person, first: str) -> None:
    tables, api = (person.root / "infra" / name for name in ("tables.yaml", "kpi_api.yaml"))
    before = {file: file.read_text() for file in (tables, api)}
    tables.write_text(before[tables].replace("TopGenresByDayTable", "TopGenresTable"))
    api.write_text(before[api].replace("KpiApiLogGroup", "KpiApiLogs"))
    assert all(file.read_text() != text for file, text in before.items())
    person.proves()
    said, file = person.plans()
    lost = said.partition("DATA WOULD BE LOST")[2]
    assert "KpiApiLogGroup (AWS::Logs::LogGroup)" in lost
    assert "Table" not in lost
    refused = person.promotes(file)
    assert refused.returncode == 1
    assert re.search(r"lost: KpiApiLogGroup", refused.stderr)
    for template, text in before.items():
        template.write_text(text)


def runs(person: Person, job: str, batch_id: str) -> None:
    """Run a job to its good end."""
    glue = person.client("glue")
    run_id = glue.start_job_run(JobName=job, Arguments={"--batch_id": batch_id})["JobRunId"]

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        return run if run["JobRunState"] in ("SUCCEEDED", "FAILED") else None

    run = wait_for("the end of the run", ended, 120)
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]


def all_of_dev(person: Person) -> dict[str, Any]:
    """What `dev` is: its stacks and when they changed, its objects, and the items of its tables."""
    stacks = person.client("cloudformation").describe_stacks()["Stacks"]
    s3, dynamodb = person.client("s3"), person.client("dynamodb")
    tables = {
        name: dynamodb.scan(TableName=name)["Items"]
        for name in dynamodb.list_tables()["TableNames"]
        if not name.startswith("prod_")
    }
    return {
        "stacks": {
            stack["StackName"]: str(stack.get("LastUpdatedTime"))
            for stack in stacks
            if stack["StackName"].startswith("acme-dev")
        },
        "objects": {
            bucket: {each["Key"]: each["ETag"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]}
            for bucket in ("acme-music-dev-artifacts", DAGS_BUCKET)
        },
        "data": s3.list_objects_v2(Bucket="acme-music-dev").get("Contents", []),
        "tables": tables,
        "metrics": person.client("cloudwatch").list_metrics(Namespace="MusicStreams")["Metrics"],
        "runs": person.client("glue").get_job_runs(JobName="validate_input_files")["JobRuns"],
    }


def test_two_environments_in_one_account_do_not_touch_each_other(person: Person, first: str) -> None:
    s3 = person.client("s3")
    (person.root / "environments" / "prod.toml").write_text(PROD)
    s3.create_bucket(Bucket=f"{DAGS_BUCKET}-prod")
    lock = {"Bucket": "acme-music-dev-artifacts", "Key": "releases/lock.json"}
    s3.put_object(**lock, Body=json.dumps({"by": "somebody", "since": "now"}).encode())
    before = all_of_dev(person)
    assert len(before["tables"]) == 7
    assert len(before["stacks"]) == 8

    person.proves()
    said, file = person.plans("prod")
    assert "acme-dev" not in said
    done = person.promotes(file)  # dev's lock is dev's
    assert done.returncode == 0, done.stdout + done.stderr
    assert _release(person, "prod") != _release(person)
    script = s3.get_object(Bucket=f"{DAGS_BUCKET}-prod", Key="startup.sh")["Body"].read().decode()
    for line in (
        "SCHEDULE=@daily",
        "BUCKET=acme-music-prod",
        "CRAWLER=prod_music_streams_crawler",
        "NAME_PREFIX=prod_",
        "LEDGER_TABLE=prod_FileValidationMetadata",
    ):
        assert f"export MUSIC_STREAMS_{line}\n" in script

    s3.put_object(Bucket="acme-music-prod", Key="spotify_data/songs/songs.csv", Body=SONGS)
    storage.write_json(s3, "acme-music-prod", layout.pending_key("by-hand"), ["2024-06-25"])
    manifest.freeze(s3, "acme-music-prod", layout.LANDING_PREFIX, "one")
    runs(person, "prod_validate_input_files", "one")
    (row,) = person.client("dynamodb").scan(TableName="prod_FileValidationMetadata")["Items"]
    assert row["validation_status"] == {"S": "SUCCESS"}
    assert person.client("cloudwatch").list_metrics(Namespace="prod_MusicStreams")["Metrics"]

    assert all_of_dev(person) == before
    s3.delete_object(**lock)


def test_archive_bucket_workers_and_timeouts_are_parameters_of_an_environment(
    person: Person, first: str
) -> None:
    """After the test above has promoted `prod`: its role archives to that bucket, and to no other."""
    s3, glue, ledger = (person.client(name) for name in ("s3", "glue", "dynamodb"))
    etl, shell = (
        glue.get_job(JobName=f"prod_{name}")["Job"]
        for name in ("calculate_metrics_etl", "archive_streams_files")
    )
    assert (etl["NumberOfWorkers"], etl["WorkerType"], etl["Timeout"], shell["Timeout"]) == (3, "G.2X", 45, 7)

    # Nobody is to start a run of the DAG.
    s3.put_bucket_notification_configuration(Bucket="acme-music-prod", NotificationConfiguration={})
    key = f"{layout.landing_folder('streams')}a.csv"
    s3.put_object(Bucket="acme-music-prod", Key=key, Body=b"x")
    frozen = manifest.freeze(s3, "acme-music-prod", layout.LANDING_PREFIX, "two")
    (file,) = frozen.of_kind("streams")
    counted = CountedFile(StagedFile(file, 1, "staged"), FileCounts(1, 0, {}))
    step_results.write(s3, "acme-music-prod", Calculated("two", files=(counted,)))
    row = {"file_key": file.key, "etag": file.etag, "kpi_ingestion_status": "SUCCESS"}
    item = {name: {"S": value} for name, value in row.items()}
    ledger.put_item(TableName="prod_FileValidationMetadata", Item=item)

    runs(person, "prod_archive_streams_files", "two")
    (archived,) = s3.list_objects_v2(Bucket="acme-music-prod-archive")["Contents"]
    assert archived["Key"].endswith("_a.csv")
    assert s3.list_objects_v2(Bucket="acme-music-prod", Prefix="archive/")["KeyCount"] == 0


def test_iam_is_asked_whether_a_role_has_what_airflow_needs(person: Person) -> None:
    project = load_project(person.root / "sandbox.toml")
    settings = person.settings.model_copy(update={"project": project})
    needed = needs_of_airflow(settings, load_environment(project, "dev"))
    assert (
        Permission("glue:StartJobRun", f"arn:aws:glue:us-east-1:{ACCOUNT}:job/insert_metrics_dynamo")
        in needed
    )

    iam, kept = person.client("iam"), [one for one in needed if one.action != "sns:Publish"]
    iam.create_role(RoleName="mwaa", AssumeRolePolicyDocument=trust_in("airflow-env.amazonaws.com"))
    statements = [{"Effect": "Allow", "Action": one.action, "Resource": one.resource} for one in kept]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="mwaa", PolicyName="p", PolicyDocument=document)
    assert [*role_differences(iam, f"arn:aws:iam::{ACCOUNT}:role/mwaa", needed)] == [
        f"its role mwaa may not sns:Publish on arn:aws:sns:us-east-1:{ACCOUNT}:music_streams_alerts"
    ]


def test_the_role_that_promoted_needs_what_it_is_granted(person: Person, first: str) -> None:
    """All that is promoted to `dev` is, with no right but those of infra/promotion.yaml."""
    assert person.types("plan", TARGET="dev").returncode == 0
    project = load_project(person.root / "sandbox.toml")
    (role,) = [each for each in roles_of_templates(project, WORKFLOW) if each.is_of_people]
    records = parse_records(recorded_calls(person.settings))
    (report,) = compare_all([role], records)
    assert {one.action for one in report.missing} == {"sts:GetCallerIdentity"}  # AWS refuses that to nobody
    assert {one.action for one in report.needed} > {"cloudformation:ExecuteChangeSet", "s3:PutObject"}

    template = load_template(person.root / "infra/promotion.yaml")
    policies = template["Resources"]["PromotionRole"]["Properties"]["Policies"]
    actions = [
        statement["Action"]
        for policy in policies
        if policy["PolicyName"] in ("plan", "promote")
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    granted = {one for some in actions for one in ([some] if isinstance(some, str) else some)}
    assert granted - {one.action for one in report.needed} <= NOT_USED_HERE


def test_all_that_was_promoted_names_the_account_and_the_sandbox_s_own_is_empty(
    person: Person, first: str
) -> None:
    iam, stacks, s3 = (person.client(name) for name in ("iam", "cloudformation", "s3"))
    roles = [each["RoleName"] for each in iam.list_roles()["Roles"]]
    told = {
        "stacks": stacks.describe_stacks()["Stacks"],
        "resources": [
            stacks.describe_stack_resources(StackName=each["StackName"])["StackResources"]
            for each in stacks.describe_stacks()["Stacks"]
        ],
        "roles": [iam.get_role(RoleName=name)["Role"] for name in roles],
        "policies": [
            iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for name in roles
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        ],
        "jobs": person.client("glue").get_jobs()["Jobs"],
        "crawlers": person.client("glue").get_crawlers()["Crawlers"],
        "functions": person.client("lambda").list_functions()["Functions"],
        "topics": person.client("sns").list_topics()["Topics"],
        "rules": person.client("events").list_rules()["Rules"],
        "alarms": person.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "bucket": s3.get_bucket_notification_configuration(Bucket="acme-music-dev"),
        "release": storage.read_json(s3, "acme-music-dev-artifacts", f"releases/{first}/manifest.json"),
        "start-up script": s3.get_object(Bucket=DAGS_BUCKET, Key="startup.sh")["Body"].read(),
        "plans": [file.read_text() for file in (person.home / "installations/plans").iterdir()],
    }
    assert {name: str(text).count(SANDBOX) for name, text in told.items()} == dict.fromkeys(told, 0)
    assert [name for name, found in told.items() if not found] == []
    assert all(f":{ACCOUNT}:" in stack["StackId"] for stack in told["stacks"])

    theirs = {
        name: person.client(name, SANDBOX) for name in ("cloudformation", "s3", "iam", "glue", "lambda")
    }
    assert [
        *theirs["cloudformation"].describe_stacks()["Stacks"],
        *theirs["s3"].list_buckets()["Buckets"],
        *theirs["iam"].list_roles()["Roles"],
        *theirs["glue"].get_jobs()["Jobs"],
        *theirs["lambda"].list_functions()["Functions"],
    ] == []


def test_keys_of_another_account_go_no_further(person: Person) -> None:
    file = person.root / "environments" / "prod.toml"
    file.write_text(ENVIRONMENT.replace(ACCOUNT, "444455556666"))
    done = person.types("plan", TARGET="prod")
    assert done.returncode == 1
    assert f"account {ACCOUNT}" in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('account_id = "12"\n' + ENVIRONMENT.partition("\n")[2], "account_id in environments/bad.toml"),
        (ENVIRONMENT + "colour = 1\n", "tags.colour in environments/bad.toml"),
        ("account_id = \n", "environments/bad.toml to be a TOML file"),
    ],
)
def test_a_wrong_environment_is_named(person: Person, text: str, expected: str) -> None:
    (person.root / "environments" / "bad.toml").write_text(text)
    done = person.types("plan", TARGET="bad")
    assert done.returncode == 1
    assert expected in done.stderr.replace("\n", " ")
