"""The classes of faults, as data: what goes wrong, in which steps it may, and how it is brought about."""

from __future__ import annotations

from dataclasses import dataclass

VALIDATE, CALCULATE, INSERT, ARCHIVE = JOBS = (
    "validate_input_files",
    "calculate_metrics_etl",
    "insert_metrics_dynamo",
    "archive_streams_files",
)
CHECK_FILES, CHECK_ARCHIVED, CRAWL = "check_files", "check_archived", "crawl_music_streams"
ALL = (CHECK_FILES, *JOBS, CHECK_ARCHIVED, CRAWL)
OF_AIRFLOW = (CHECK_FILES, CHECK_ARCHIVED)
OF_PYTHON_SHELL = (VALIDATE, INSERT, ARCHIVE)
HEAVY = ("glue", "ministack", "airflow", "everything", "worker", "scheduler")
S3, DYNAMODB, ANY = "s3", "dynamodb", "any"


@dataclass(frozen=True)
class FaultClass:
    """One kind of fault: a wrong answer to a request, or a process killed while a request is under way."""

    name: str
    what: str
    steps: tuple[str, ...]
    service: str = ANY
    operation: str = ""
    """Only requests of this operation, by its name in X-Amz-Target, or of this HTTP method."""
    answer: str = ""
    """Name of a wrong answer, see answers.py."""
    target: str = ""
    """Name of a process to kill, see targets.py."""
    burst: int = 1
    """Up to so many requests in a row get the wrong answer."""
    is_rare: bool = False
    """Whether it comes as seldom as what breaks a step off, for the time it takes."""

    @property
    def breaks_off(self) -> bool:
        """Whether the step does not survive it by itself."""
        return bool(self.target) or self.answer == "denied"

    @property
    def is_heavy(self) -> bool:
        """Whether it takes an `up`, or Airflow's patience with processes that say nothing more."""
        return self.target in HEAVY


def _answers(service: str, steps: tuple[str, ...], *rows: tuple[str, str, int]) -> list[FaultClass]:
    return [
        FaultClass(f"{service}_{answer}", what, steps, service, answer=answer, burst=burst)
        for answer, what, burst in rows
    ]


CLASSES = (
    *_answers(
        S3,
        ALL,
        ("slow_down", "S3 answers 503 SlowDown", 4),
        ("internal_error", "S3 answers 500 InternalError", 2),
        ("request_timeout", "S3 answers 400 RequestTimeout", 2),
        ("denied", "S3 answers 403 AccessDenied, as with credentials that have just expired", 1),
        ("dropped", "the connection breaks before S3 has the request", 2),
        ("lost", "S3 does it, and the connection breaks before the answer", 1),
    ),
    FaultClass("s3_cut", "an object's bytes end half way", (CHECK_FILES, *JOBS), S3, "GET", answer="cut"),
    FaultClass(
        "s3_stalled", "S3 does not answer within the patience of Airflow", OF_AIRFLOW, S3, answer="stalled"
    ),
    FaultClass(
        "job_stalled",
        "S3 or DynamoDB does not answer within the patience of a Python shell job, which is a minute",
        OF_PYTHON_SHELL,
        answer="stalled",
        is_rare=True,
    ),
    *_answers(
        DYNAMODB,
        JOBS,
        ("throttled", "DynamoDB answers ProvisionedThroughputExceededException", 4),
        ("unavailable", "DynamoDB answers 500 InternalServerError", 2),
        ("denied", "DynamoDB answers AccessDeniedException", 1),
        ("dropped", "the connection breaks before DynamoDB has the request", 2),
        ("lost", "DynamoDB does it, and the connection breaks before the answer", 1),
    ),
    FaultClass(
        "dynamodb_unprocessed",
        "DynamoDB takes a part of a batch and returns the rest as UnprocessedItems",
        (INSERT,),
        DYNAMODB,
        "BatchWriteItem",
        answer="unprocessed",
        burst=4,
    ),
    FaultClass("kill_python", "the process of a Python shell job", OF_PYTHON_SHELL, target="job"),
    FaultClass("kill_spark_python", "the Python process of the Spark job", (CALCULATE,), target="job"),
    FaultClass("kill_spark_jvm", "the JVM of the Spark driver", (CALCULATE,), target="spark"),
    FaultClass("kill_glue", "the local Glue service", ALL, target="glue"),
    FaultClass("kill_emulator", "the emulator of S3 and DynamoDB", ALL, target="ministack"),
    FaultClass("kill_scheduler", "Airflow's scheduler", ALL, target="scheduler"),
    FaultClass("kill_worker", "the worker that runs Airflow's task", ALL, target="worker"),
    FaultClass("kill_task", "the process of Airflow's task", ALL, target="task"),
    FaultClass("kill_dag_processor", "Airflow's DAG processor", ALL, target="dag-processor"),
    FaultClass("kill_triggerer", "Airflow's triggerer", ALL, target="triggerer"),
    FaultClass("kill_api_server", "Airflow's API server", ALL, target="api-server"),
    FaultClass("kill_airflow", "Airflow's launcher, which all of Airflow hangs on", ALL, target="airflow"),
    FaultClass("power_cut", "every process of the sandbox at once", ALL, target="everything"),
)
BY_NAME = {each.name: each for each in CLASSES}


@dataclass(frozen=True)
class Fault:
    """One planned fault."""

    name: str
    step: str
    moment: float
    """How far into the step, by its requests: 0 is its first one, a boundary between two steps."""
    is_after: bool = False
    """Whether the request is carried out before the process is killed."""
    times: int = 1

    @property
    def kind(self) -> FaultClass:
        return BY_NAME[self.name]

    def __str__(self) -> str:
        where = "at the start" if self.moment == 0 else f"at {self.moment:.0%}"
        more = f", {self.times} times" if self.times > 1 else ", request done" if self.is_after else ""
        return f"{self.name} {where} of {self.step}{more}"
