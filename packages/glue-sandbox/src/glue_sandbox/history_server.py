"""Spark's own history server, started on demand: it reads the event logs that jobs wrote to S3.

It answers to every host name, so it stands behind the rules of the AWS endpoint, which have the port that is
published. Its own port is where no browser is answered: in a container on the container's loopback, without
one by a filter of Hadoop's that lets in who comes from SPARK_ADDRESS and sends all others to the published
port. A browser comes from 127.0.0.1, whatever address of the loopback it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.clients import client
from glue_sandbox.containers.down import start_container
from glue_sandbox.environment.child_process import USERS_HOME, child_environment
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.processes.services import Service, spark_and_java
from glue_sandbox.processes.supervisor import Supervisor, wait_for
from glue_sandbox.resources import LOCAL_GLUE
from glue_sandbox.settings import Settings

HISTORY = "history"
OPTION = "--spark-event-logs-path"
SPARK_ADDRESS = "127.0.0.2"
_FILTER = "org.apache.hadoop.yarn.server.webproxy.amfilter.AmIpFilter"


def history(settings: Settings) -> Service:
    """The service; what it reads is in its properties file."""
    spark, java = spark_and_java(settings)
    env = {
        "SPARK_HOME": str(spark),
        "JAVA_HOME": str(java),
        "SPARK_LOCAL_IP": SPARK_ADDRESS,  # where its web pages listen, too
        "SPARK_DAEMON_CLASSPATH": f"{settings.jars}/*",
        "SPARK_DAEMON_MEMORY": "512m",
        # Java takes a home from the user's entry in the password file: there lies ~/.aws.
        "SPARK_DAEMON_JAVA_OPTS": f'"-Duser.home={settings.state / USERS_HOME}"',
        "PYTHONPATH": str(LOCAL_GLUE.parent),
        **settings.access_rules,
    }
    return Service(
        name=HISTORY,
        title="Spark's history server",
        command=(
            *(str(settings.own_python), "-m", "local_glue.http.guarded_server"),
            f"127.0.0.1:{settings.history_port}",
            f"http://{SPARK_ADDRESS}:{settings.history_port}",
            str(spark / "bin" / "spark-class"),
            "org.apache.spark.deploy.history.HistoryServer",
            "--properties-file",
            str(settings.state / HISTORY / "spark.properties"),
        ),
        env=child_environment(settings, env),
        url=f"http://127.0.0.1:{settings.history_port}",
        health_path="/api/v1/applications",
        healthy={},
        port=settings.history_port,
        port_variable="HISTORY_PORT",
        log=settings.logs / "history.log",
        start_seconds=60,
        stop_seconds=15,
    )


def start_history(settings: Settings, location: str) -> bool:
    """Make the server run on these event logs; False when it does already."""
    if settings.in_containers:
        return start_container(settings, HISTORY, {"EVENT_LOGS": location.replace("s3://", "s3a://", 1)})
    supervisor = Supervisor(settings)
    service = history(settings)
    file = settings.state / HISTORY / "spark.properties"
    properties = "".join(f"{name} {value}\n" for name, value in _properties(settings, location).items())
    with supervisor.exclusively(wait_for):
        if not file.is_file() or file.read_text(encoding="utf-8") != properties:
            supervisor.stop(HISTORY, service.stop_seconds)
            with made_private():
                file.parent.mkdir(exist_ok=True)
                file.write_text(properties, encoding="utf-8")
        try:
            return supervisor.ensure(service)
        except BaseException:
            supervisor.stop(HISTORY, service.stop_seconds)
            raise


def must_be_a_place(location: str) -> None:
    """Refuse what Spark could not read, and would say so of with a page of Java.

    Raises:
        SandboxError: it is no address in S3 and no folder.
    """
    if not re.match(r"\w+://[^/]", location) and not Path(location).is_dir():
        raise SandboxError(
            "a place of event logs in S3",
            f"LOGS={location}",
            "make history LOGS=s3://my-bucket/spark-events/",
        )


def must_have_objects(settings: Settings, location: str) -> None:
    """Refuse a place in S3 that is not there: of it, too, Spark would speak in Java, and end.

    Raises:
        SandboxError: there is no object below it, or no such bucket.
    """
    place = re.match(r"s3[an]?://([^/]+)/?(.*)", location)
    if place is None:
        return

    try:
        page = client(settings, "s3").list_objects_v2(Bucket=place[1], Prefix=place[2], MaxKeys=1)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        page = {"KeyCount": 0}
    if not page["KeyCount"]:
        raise SandboxError(
            "event logs of Spark jobs", f"nothing at {location}", job_with_logs("my_job", location)
        )


def job_with_logs(job: str, location: str) -> str:
    """Return the command that runs a job which leaves its event log there."""
    return f'make run JOB={job} ARGS="--enable-spark-ui true {OPTION} {location}"'


def find_event_logs(settings: Settings) -> str:
    """Return the one location of event logs that jobs and runs name.

    Raises:
        SandboxError: no job or run names a location, or they name several; says what to type.
    """
    found = sorted(set(_named(client(settings, "glue"))))
    if len(found) == 1:
        return found[0]
    raise SandboxError(
        f"one location of event logs, as {OPTION} of a job or a run",
        f"{len(found)}: {', '.join(found)}" if found else "none",
        f"make history LOGS={found[0]}"
        if found
        else job_with_logs("my_job", f"s3://{settings.data_bucket}/spark-events/"),
    )


def _named(glue: Any) -> Iterator[str]:
    for page in glue.get_paginator("get_jobs").paginate():
        for job in page["Jobs"]:
            runs = glue.get_job_runs(JobName=job["Name"], MaxResults=50)["JobRuns"]
            for arguments in (job.get("DefaultArguments", {}), *(run.get("Arguments", {}) for run in runs)):
                if arguments.get(OPTION):
                    yield arguments[OPTION].rstrip("/") + "/"


def _properties(settings: Settings, location: str) -> dict[str, str]:
    return {
        "spark.history.fs.logDirectory": location,
        "spark.history.fs.update.interval": "5s",
        "spark.history.ui.port": str(settings.history_port),
        "spark.port.maxRetries": "0",  # at another port nobody would find it
        "spark.ui.filters": _FILTER,
        f"spark.{_FILTER}.param.PROXY_HOSTS": SPARK_ADDRESS,
        f"spark.{_FILTER}.param.PROXY_URI_BASES": f"http://localhost:{settings.history_port}",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": settings.emulator_url,
        "spark.hadoop.fs.s3a.endpoint.region": settings.region,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
        "spark.hadoop.fs.s3a.aws.credentials.provider": (
            "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"
        ),
    }
