"""An interactive session on one real Spark driver, from its creation to its end."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from glue_service.aws import BUCKET, ROLE, refusal
from glue_service.command_lines import command_lines_now
from glue_service.service import GlueService
from glue_service.waiting import wait_for

SECRET = "a-secret-of-the-session"
READS = """
import pyspark.sql.functions as F

def doubled(value):
    return value * 2

spark.createDataFrame([(1,), (2,)], "n int").write.mode("overwrite").parquet("{place}")
spark.sql("SELECT sum(n) AS total FROM parquet.`{place}`").show()
spark.sparkContext.parallelize([1, 2]).map(doubled).sum() + {added}
"""
SHOWN = "+-----+\n|total|\n+-----+\n|    3|\n+-----+\n\n7\n"


class Session:
    """One session, and the verbs of a client."""

    def __init__(self, service: GlueService) -> None:
        self.glue = service.aws("glue")
        self.id = f"session-{uuid.uuid4()}"
        self.created = self.glue.create_session(
            Id=self.id,
            Role=ROLE,
            Command={"Name": "glueetl", "PythonVersion": "3"},
            GlueVersion="5.1",
            NumberOfWorkers=2,
            WorkerType="G.1X",
            IdleTimeout=600,  # seconds, in this service
            DefaultArguments={"--password": SECRET, "--conf": "spark.sql.shuffle.partitions=3"},
        )["Session"]

    def status(self) -> str:
        found: str = self.glue.get_session(Id=self.id)["Session"]["Status"]
        return found

    def wait(self, status: str) -> None:
        wait_for(f"session {status}", lambda: self.status() == status, 120)

    def send(self, code: str) -> int:
        number: int = self.glue.run_statement(SessionId=self.id, Code=code)["Id"]
        return number

    def statement(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_statement(SessionId=self.id, Id=number)["Statement"]
        return found

    def ended(self, number: int) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            statement = self.statement(number)
            return statement if statement["State"] in ("AVAILABLE", "CANCELLED") else None

        return wait_for(f"the end of statement {number}", look, 120)

    def output(self, code: str) -> dict[str, Any]:
        """Run a statement to its end."""
        output: dict[str, Any] = self.ended(self.send(code))["Output"]
        return output


@pytest.fixture(scope="module")
def session(service: GlueService) -> Session:
    """One for the whole file: it is the only one that waits for a Spark driver."""
    made = Session(service)
    assert made.created["Status"] == "PROVISIONING"
    assert refusal(made.glue.run_statement, SessionId=made.id, Code="1") == (
        "InvalidInputException",
        f"Session is not ready, session_id={made.id}, status=PROVISIONING",
    )
    made.wait("READY")
    return made


def printed(text: str, number: int) -> dict[str, Any]:
    return {"Data": {"TextPlain": text}, "ExecutionCount": number, "Status": "ok"}


def test_a_session_lives_from_its_first_statement_to_its_stop(session: Session, service: GlueService) -> None:
    place = f"s3://{BUCKET}/{session.id}/"
    assert session.output("x = 20\nprint('hello')\nx + 1") == printed("hello\n21\n", 0)
    assert session.output(READS.format(place=place, added="x // 20")) == printed(SHOWN, 1)

    failed = session.output("def f():\n    return 1 / 0\nprint('so far')\nf()")
    assert failed["Status"] == "error"
    assert (failed["ErrorName"], failed["ErrorValue"]) == ("ZeroDivisionError", "division by zero")
    assert failed["Data"] == {"TextPlain": "so far\n"}
    assert failed["Traceback"][0] == "Traceback (most recent call last):\n"
    assert [line.split(",")[2].strip() for line in failed["Traceback"][1:-1]] == ["in <module>", "in f"]

    who = session.output("import boto3, sys\nboto3.client('sts').get_caller_identity()['Arn']")
    assert ROLE.rpartition("/")[2] in who["Data"]["TextPlain"]
    asked = session.output("sys.argv[1:].count('--SESSION_ID'), 'JOB_NAME' in ' '.join(sys.argv)")
    assert asked == printed("(1, False)\n", 4)
    assert session.output("spark.conf.get('spark.sql.shuffle.partitions')") == printed("'3'\n", 5)
    assert SECRET not in "\n".join(command_lines_now())

    slow, waiting, after = (
        session.send(code)
        for code in (
            "import time\nspark.sparkContext.parallelize([1], 1).map(lambda _: time.sleep(600)).count()",
            "x = 'changed'",
            "x",
        )
    )
    wait_for("a statement under way", lambda: session.statement(slow)["State"] == "RUNNING")
    for number in (waiting, slow):
        session.glue.cancel_statement(SessionId=session.id, Id=number)
    assert [session.ended(number)["State"] for number in (slow, waiting, after)] == [
        "CANCELLED",
        "CANCELLED",
        "AVAILABLE",
    ]
    assert session.statement(after)["Output"] == printed("20\n", after)
    listed = session.glue.list_statements(SessionId=session.id)["Statements"]
    foreign = refusal(session.glue.list_statements, SessionId=session.id, NextToken="no-token-of-ours")
    assert foreign[0] == "InvalidInputException"
    assert [statement["Id"] for statement in listed] == list(range(9))

    session.glue.stop_session(Id=session.id)
    session.wait("STOPPED")
    ended = session.glue.get_session(Id=session.id)["Session"]
    assert ended["CompletedOn"] > ended["CreatedOn"]
    assert session.glue.delete_session(Id=session.id)["Id"] == session.id
    assert session.id not in session.glue.list_sessions()["Ids"]


def test_a_role_that_is_not_there_fails_the_session_in_glues_words(service: GlueService) -> None:
    glue, session_id = service.aws("glue"), f"session-{uuid.uuid4()}"
    role = f"{ROLE}-that-is-not-there"
    glue.create_session(Id=session_id, Role=role, Command={"Name": "glueetl"})

    def look() -> dict[str, Any] | None:
        session: dict[str, Any] = glue.get_session(Id=session_id)["Session"]
        return session if session["Status"] != "PROVISIONING" else None

    failed = wait_for("the end of a session", look)
    assert failed["Status"] == "FAILED"
    assert f"Role {role} should be given assume role permissions for Glue Service" in failed["ErrorMessage"]
