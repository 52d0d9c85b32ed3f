"""CloudFormation templates, those of a cdk.out, and Terraform files: which resources they describe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from glue_sandbox.deploy.cdk.cdk_out import MANIFEST
from glue_sandbox.deploy.templates import Template, load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.scaffold.survey.findings import Findings, FoundJob, FoundTable

TERRAFORM = re.compile(r'^resource\s+"(aws_\w+)"\s+"\w+"\s*\{(.*?)^\}', re.M | re.S)
TERRAFORM_PROVIDER = re.compile(r'^provider\s+"aws"\s*\{', re.M)
TERRAFORM_TEXT = r'^\s*{name}\s*=\s*"([^"$]+)"'


def look_at_template(root: Path, path: Path, findings: Findings) -> None:
    """Add a CloudFormation template's jobs, buckets, tables, topics and crawlers; it may be another file."""
    try:
        template = load_template(path) if path.suffix != ".json" else _json_template(path)
    except SandboxError:
        return  # YAML or JSON of something else
    resources = [each for each in template["Resources"].values() if isinstance(each, dict)]
    if not any(str(each.get("Type", "")).startswith("AWS::") for each in resources):
        return

    where = str(path.relative_to(root))
    if (path.parent / MANIFEST).is_file():
        findings.cdk_out = findings.cdk_out or str(path.parent.relative_to(root))
    elif "cdk.out" not in path.parts and any(each.get("Type") == "AWS::Glue::Job" for each in resources):
        findings.templates.append(where)
    for each in resources:
        _add(str(each.get("Type", "")), each.get("Properties") or {}, where, findings)


def _json_template(path: Path) -> Template:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = {}
    is_template = isinstance(content, dict) and isinstance(content.get("Resources"), dict)
    return content if is_template else {"Resources": {}}


def _add(kind: str, properties: Mapping[str, Any], where: str, findings: Findings) -> None:
    if kind == "AWS::Glue::Job":
        command = properties.get("Command", {})
        _add_job(
            properties.get("Name"),
            command.get("Name"),
            command.get("ScriptLocation"),
            properties.get("DefaultArguments", {}),
            where,
            findings,
        )
    elif kind == "AWS::S3::Bucket":
        _add_name(properties.get("BucketName"), "a bucket", where, findings.buckets, findings)
    elif kind == "AWS::SNS::Topic":
        _add_name(properties.get("TopicName"), "a topic", where, findings.topics, findings)
    elif kind == "AWS::Glue::Crawler":
        _add_name(properties.get("Name"), "a crawler", where, findings.crawlers, findings)
    elif kind == "AWS::DynamoDB::Table":
        keys = tuple(str(key.get("AttributeName")) for key in properties.get("KeySchema", []))
        types = properties.get("AttributeDefinitions", [])
        numbers = {each.get("AttributeName") for each in types if each.get("AttributeType") == "N"}
        _add_table(properties.get("TableName"), keys, numbers, where, findings)


def look_at_terraform(root: Path, path: Path, findings: Findings) -> None:
    """Add what a Terraform file describes by literals."""
    text = path.read_text(encoding="utf-8", errors="replace")
    where = str(path.relative_to(root))
    folder = str(path.parent.relative_to(root))
    if TERRAFORM_PROVIDER.search(text) and folder not in findings.terraform:
        findings.terraform.append(folder)
    for kind, body in TERRAFORM.findall(text):
        name = _terraform_text(body, "name") or _terraform_text(body, "bucket")
        if kind == "aws_glue_job":
            script = _terraform_text(body, "script_location") or _after_last_slash(body)
            command = re.search(r"command\s*\{(.*?)\}", body, re.S)
            command_name = _terraform_text(command[1], "name") if command else None
            _add_job(name, command_name or "glueetl", script, {}, where, findings)
        elif kind == "aws_s3_bucket":
            _add_name(name, "a bucket", where, findings.buckets, findings)
        elif kind == "aws_sns_topic":
            _add_name(name, "a topic", where, findings.topics, findings)
        elif kind == "aws_glue_crawler":
            _add_name(name, "a crawler", where, findings.crawlers, findings)
        elif kind == "aws_dynamodb_table":
            keys = [_terraform_text(body, each) for each in ("hash_key", "range_key")]
            numbers = re.findall(r'attribute\s*\{\s*name\s*=\s*"([^"]+)"\s*type\s*=\s*"N"', body)
            _add_table(name, tuple(filter(None, keys)), numbers, where, findings)


def _terraform_text(body: str, name: str) -> str | None:
    match = re.search(TERRAFORM_TEXT.format(name=name), body, re.M)
    return match[1] if match else None


def _after_last_slash(body: str) -> str | None:
    """A script's file name, of an address whose bucket is no literal."""
    match = re.search(r'script_location\s*=\s*"[^"]*/([\w.-]+\.py)"', body)
    return match[1] if match else None


def _add_job(
    name: Any, kind: Any, location: Any, arguments: Mapping[str, Any], where: str, findings: Findings
) -> None:
    if not isinstance(name, str):
        findings.unknown.append(f"the name of a job in {where}: it is no literal")
        return
    job = findings.jobs.setdefault(name, FoundJob(where=where))
    job.type = str(kind) if kind in ("glueetl", "pythonshell") else job.type
    script = next((text for text in _texts(location) if text.endswith(".py")), None)
    job.script = script.rsplit("/", 1)[-1] if script else job.script
    job.arguments |= {key: value if isinstance(value, str) else None for key, value in arguments.items()}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value that CloudFormation puts together."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _add_name(name: Any, what: str, where: str, to: dict[str, str], findings: Findings) -> None:
    if isinstance(name, str):
        to.setdefault(name, where)
    else:
        findings.unknown.append(f"the name of {what} in {where}: it is no literal")


def _add_table(
    name: Any, keys: tuple[str, ...], numbers: Iterable[str], where: str, findings: Findings
) -> None:
    if not isinstance(name, str):
        findings.unknown.append(f"the name of a table in {where}: it is no literal")
        return
    findings.tables[name] = FoundTable(keys, tuple(key for key in keys if key in set(numbers)), where)
