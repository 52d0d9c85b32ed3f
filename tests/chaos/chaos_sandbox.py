"""The sandbox of a campaign: its own, with the proxy in front of its emulator, started as `make up` does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from chaos.proxy import FaultProxy

from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import open_airflow
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes import services
from glue_sandbox.processes.supervisor import State, Supervisor
from glue_sandbox.settings import Settings
from glue_sandbox.start import start
from glue_sandbox.status.status import data_places

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_s3 import S3Client

PATIENCE_SECONDS = 5  # of Airflow's AWS clients, in place of a minute; longer stalls than this are faults
OF_AIRFLOW = {
    "AIRFLOW_CONN_AWS_DEFAULT": json.dumps(
        {"conn_type": "aws", "extra": {"config_kwargs": {"read_timeout": PATIENCE_SECONDS}}}
    ),
    # How soon Airflow takes a task or a scheduler for dead that says nothing more.
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
}


@contextmanager
def behind(proxy: FaultProxy) -> Iterator[None]:
    """While this lasts, services started here find the proxy where the emulator would be."""
    builders = dict(services.SERVICES)

    def glue(settings: Settings) -> services.Service:
        made = services.glue(settings)
        return replace(made, env={**made.env, "GLUE_EMULATOR_URL": proxy.url})

    def airflow(settings: Settings) -> services.Service:
        made = services.airflow(settings)
        return replace(made, env={**made.env, **OF_AIRFLOW})

    services.SERVICES.update(glue=glue, airflow=airflow)
    try:
        yield
    finally:
        services.SERVICES.update(builders)


@dataclass
class ChaosSandbox:
    """One sandbox that may be harmed."""

    settings: Settings

    def up(self) -> None:
        """What a user types after a crash."""
        start(self.settings)

    def down(self) -> None:
        Supervisor(self.settings).stop_all()

    @property
    def dead(self) -> list[str]:
        """Services whose process is gone."""
        supervisor = Supervisor(self.settings)
        return [name for name in services.SERVICES if supervisor.table.running(name) is None]

    @cached_property
    def s3(self) -> S3Client:
        """Straight to the emulator: what the campaign itself asks is no part of a step."""
        found: S3Client = self._client(boto3.client, "s3")
        return found

    @cached_property
    def dynamodb(self) -> DynamoDBServiceResource:
        found: DynamoDBServiceResource = self._client(boto3.resource, "dynamodb")
        return found

    def _client(self, make: Any, service: str) -> Any:
        return make(
            service,
            endpoint_url=self.settings.emulator_url,
            region_name=self.settings.region,
            aws_access_key_id=self.settings.access_key,
            aws_secret_access_key=self.settings.secret_key,
            config=Config(s3={"addressing_style": "path"}, proxies={}),
        )

    @cached_property
    def bucket(self) -> str:
        return data_places(self.settings)[0]

    @cached_property
    def tables(self) -> Mapping[str, str]:
        return data_places(self.settings)[1]

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def below(self, prefix: str) -> list[str]:
        """Keys below a prefix."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def event_off(self) -> None:
        """Runs begin when the campaign says so, not when a file lands."""
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration={})

    @cached_property
    def airflow(self) -> AirflowApi:
        return open_airflow(self.settings)

    def runs(self) -> list[DagRun]:
        """The latest runs, newest first."""
        return self.airflow.dag_runs(self.settings.dag_id, limit=30)

    def trigger(self) -> None:
        self.airflow.trigger(self.settings.dag_id)

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        return self.airflow.task_instances(self.settings.dag_id, run.run_id)

    def is_healthy(self) -> bool:
        """Every process runs, and Airflow answers."""
        supervisor = Supervisor(self.settings)
        try:
            return all(
                supervisor.state(build(self.settings)) is State.HEALTHY
                for build in services.SERVICES.values()
            )
        except SandboxError:
            return False
