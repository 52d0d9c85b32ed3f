"""Glue's part of a project's template: jobs, databases, crawlers, connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_sandbox.deploy.project.template_parts import (
    Resource,
    Resources,
    filled,
    logical_id,
    resource,
    role_arn,
)
from glue_sandbox.deploy.project.values import fill
from glue_sandbox.project.file import Project
from glue_sandbox.project.tables import Connection, Crawler, Job


def glue_resources(project: Project, values: Mapping[str, str]) -> Resources:
    """Return the resources; `values` also says where scripts and packages were uploaded.

    Raises:
        SandboxError: a text of the project file names what `values` has not.
    """
    resources: Resources = {}
    for name, job in project.jobs.define.items():
        resources[logical_id("Job", name)] = _job(name, job, values)
    for name in project.databases:
        database = {"CatalogId": values["account_id"], "DatabaseInput": {"Name": name}}
        resources[logical_id("Database", name)] = resource("AWS::Glue::Database", database)
    for name, crawler in project.crawlers.items():
        resources[logical_id("Crawler", name)] = _crawler(project, name, crawler, values)
    for name, connection in project.connections.items():
        resources[logical_id("Connection", name)] = _connection(name, connection, values)
    return resources


def _job(name: str, job: Job, values: Mapping[str, str]) -> Resource:
    bucket = f"s3://{values['artifact_bucket']}"
    arguments = filled(job.arguments, values, f"jobs.define.{name}.arguments")
    package = values.get("package_zip" if job.type == "glueetl" else "package_wheel")
    if package:
        arguments.setdefault("--extra-py-files", f"{bucket}/{package}")

    script = f"{bucket}/{values[f'script_{name}']}"
    definition: dict[str, Any] = {
        "Name": name,
        "Role": role_arn(job.role),
        "Command": {"Name": job.type, "ScriptLocation": script, "PythonVersion": job.python_version},
        "DefaultArguments": arguments,
        "Timeout": job.timeout_minutes,
        "MaxRetries": job.retries,
    }
    if job.connections:
        definition["Connections"] = {"Connections": list(job.connections)}
    return resource("AWS::Glue::Job", definition | _capacity(job))


def _capacity(job: Job) -> dict[str, Any]:
    if job.type == "pythonshell":
        return {"MaxCapacity": job.max_capacity}
    return {"GlueVersion": job.glue_version, "WorkerType": job.worker_type, "NumberOfWorkers": job.workers}


def _crawler(project: Project, name: str, crawler: Crawler, values: Mapping[str, str]) -> Resource:
    """A crawler; Glue refuses one whose database or bucket is not there yet."""
    paths = [fill(path, values, f"crawlers.{name}.paths") for path in crawler.paths]
    properties: dict[str, Any] = {
        "Name": name,
        "Role": role_arn(crawler.role),
        "DatabaseName": crawler.database,
        "TablePrefix": crawler.table_prefix,
        "Targets": {"S3Targets": [{"Path": path} for path in paths]},
    }
    if crawler.schedule:
        properties["Schedule"] = {"ScheduleExpression": crawler.schedule}
    buckets = (values["data_bucket"], *project.buckets.others)
    crawled = [name for name in buckets if any(f"{path}/".startswith(f"s3://{name}/") for path in paths)]
    needed = [logical_id("Database", crawler.database), *(logical_id("Bucket", name) for name in crawled)]
    return {**resource("AWS::Glue::Crawler", properties), "DependsOn": needed}


def _connection(name: str, connection: Connection, values: Mapping[str, str]) -> Resource:
    properties = filled(connection.properties, values, f"connections.{name}.properties")
    definition = {"Name": name, "ConnectionType": connection.type, "ConnectionProperties": properties}
    return resource(
        "AWS::Glue::Connection", {"CatalogId": values["account_id"], "ConnectionInput": definition}
    )
