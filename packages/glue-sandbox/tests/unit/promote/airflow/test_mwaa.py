"""What MWAA says of itself: other versions and folders are named, and a DAG it can't import is an error."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from glue_sandbox.permissions.needed import Permission
from glue_sandbox.promote.airflow.dag_reading import require_dag
from glue_sandbox.promote.airflow.mwaa import asked_of, differences, locked_version
from glue_sandbox.promote.environment import AirflowTarget

LOCK = "aiohttp==3\napache-airflow==3.2.1 \\\npandas==2.3.1 \\\n"
AIRFLOW = AirflowTarget(dags="s3://acme-mwaa/dags/", mwaa="music")
AS_EXPECTED = {
    "Status": "AVAILABLE",
    "AirflowVersion": "3.2.1",
    "SourceBucketArn": "arn:aws:s3:::acme-mwaa",
    "DagS3Path": "dags",
    "StartupScriptS3Path": "startup.sh",
}
NO_ERRORS: dict[str, Any] = {"import_errors": []}
SOURCE = "/dagSources/music"
FILES = {"dag.py": b"new = 1\n"}


class Mwaa:
    """Answers of the service, by path; the last of each is given for ever."""

    def __init__(
        self, environment: dict[str, Any] | None = None, answers: Mapping[str, list[Any]] | None = None
    ) -> None:
        self._environment, self._answers = environment, answers or {}

    def get_environment(self, Name: str) -> Any:  # noqa: N803 - as AWS names it
        if self._environment is None:
            error: Any = {"Error": {"Code": "ResourceNotFoundException", "Message": f"no {Name}"}}
            raise ClientError(error, "GetEnvironment")
        return {"Environment": self._environment}

    def invoke_rest_api(self, Name: str, Method: str, Path: str) -> Any:  # noqa: N803 - as AWS names it
        assert (Name, Method) == ("music", "GET")
        answers = self._answers[Path]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer in (None, "refused"):
            status, code = (404, "RestApiClientException") if answer is None else (403, "AccessDenied")
            error: Any = {"Error": {"Code": code}, "RestApiStatusCode": status}
            raise ClientError(error, "InvokeRestApi")
        return {"RestApiResponse": answer}


class Files:
    """Objects of the environment's bucket."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803 - as AWS names it
        assert Bucket == "acme-mwaa"
        if Key not in self._files:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self._files[Key])}


def found_in(environment: dict[str, Any] | None, **files: bytes) -> tuple[str, ...]:
    """What is otherwise, of a project without requirements."""
    clients: Any = (Mwaa(environment), Files(files), None)
    return differences(clients, AIRFLOW, LOCK)


def test_an_environment_as_expected_has_no_difference() -> None:
    assert locked_version(LOCK) == "3.2.1"
    assert found_in(AS_EXPECTED) == ()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"Status": "UPDATING"}, "it is UPDATING"),
        ({"AirflowVersion": "2.11.2"}, "runs Airflow 2.11.2, the DAGs were proven with 3.2.1"),
        ({"DagS3Path": "other/"}, "from s3://acme-mwaa/other/, not from s3://acme-mwaa/dags/"),
        ({"SourceBucketArn": "arn:aws:s3:::b"}, "from s3://b/dags/"),
        ({"StartupScriptS3Path": "x.sh"}, "its start-up script is not startup.sh"),
    ],
)
def test_what_is_otherwise_is_named(other: dict[str, str], said: str) -> None:
    (found,) = found_in(AS_EXPECTED | other)
    assert said in found


def test_what_it_installs_is_compared_with_what_the_sandbox_has() -> None:
    others = AS_EXPECTED | {"RequirementsS3Path": "r.txt"}
    assert found_in(others, **{"r.txt": b"pandas==2.2.0\naiohttp==3\n"}) == (
        "MWAA music: it installs r.txt, which the sandbox does not",
        "MWAA music: r.txt asks for pandas 2.2.0, Airflow's image has 2.3.1",
    )
    assert found_in(others)[1] == "MWAA music: there is no r.txt in its bucket"


def test_requirements_of_the_project_have_to_be_what_it_installs() -> None:
    def installs(**other: str) -> tuple[str, ...]:
        clients: Any = (Mwaa(AS_EXPECTED | other), None, None)
        return differences(clients, AIRFLOW, LOCK, has_requirements=True)

    assert installs(RequirementsS3Path="requirements.txt") == ()
    assert installs() == ("MWAA music: it installs no requirements, the DAGs need requirements.txt",)


def test_one_that_is_not_there_is_named() -> None:
    assert found_in(None) == ("MWAA music: no music",)


def test_one_that_names_no_role_is_no_end_of_the_plan() -> None:
    clients: Any = (Mwaa(AS_EXPECTED), Files({}), None)
    needed = [Permission("s3:ListBucket", "arn:aws:s3:::acme")]
    assert differences(clients, AIRFLOW, LOCK, needed=needed) == ("MWAA music: it names no execution role",)


def test_the_dag_of_the_release_is_waited_for_by_the_rest_api() -> None:
    pauses: list[None] = []
    old, new = {"content": "old = 1\n"}, {"content": "new = 1\n"}
    client = Mwaa(answers={"/importErrors": [NO_ERRORS], "/dags/music": [None], SOURCE: [None, old, new]})
    require_dag(asked_of(client, "music"), "MWAA music", "music", FILES, pause=lambda: pauses.append(None))
    assert len(pauses) == 2


def test_what_the_rest_api_refuses_is_no_missing_dag() -> None:
    client = Mwaa(answers={"/importErrors": ["refused"]})
    with pytest.raises(ClientError, match="AccessDenied"):
        asked_of(client, "music")("/importErrors")
