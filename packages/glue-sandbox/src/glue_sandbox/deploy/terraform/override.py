"""An override file for a folder of Terraform: its AWS provider goes to the sandbox, where its state stays.

Terraform merges `*_override.tf` into the other files of a folder, which are not changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.private_files import write_private_text
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings

OVERRIDE = "glue_sandbox_override.tf"
STATE = "terraform.tfstate"  # below the sandbox's state: `clean` removes both
PROVIDER = re.compile(r'^\s*provider\s+"?aws"?\s*\{(.*?)^\s*\}', re.M | re.S)
ALIAS = re.compile(r'^\s*alias\s*=\s*"([^"]+)"', re.M)
SERVICES = (
    *("apigateway", "apigatewayv2", "athena", "cloudformation", "cloudwatch", "dynamodb", "ec2", "ecr"),
    *("events", "firehose", "glue", "iam", "kinesis", "kms", "lambda", "logs", "mwaa", "rds"),
    *("s3", "s3control", "scheduler", "secretsmanager", "ses", "sfn", "sns", "sqs", "ssm", "sts"),
)
"""As the provider spells them; each answers at the one address, or says that it is not here."""


def terraform_folder(settings: Settings) -> Path:
    """Return the folder of Terraform files that the project names.

    Raises:
        SandboxError: it names none, or there are none.
    """
    folder = settings.project.terraform
    if folder is None:
        raise SandboxError(
            f"a folder of Terraform files: terraform under [templates] in {FILE}",
            "none",
            f'terraform = "…" under [templates] in {FILE}, then repeat the command',
        )
    if not any(folder.glob("*.tf")):
        raise SandboxError(
            f"Terraform files in {folder}, which templates.terraform in {FILE} names",
            "none",
            f"correct templates.terraform in {FILE}, then repeat the command",
        )
    return folder


def write_override(settings: Settings) -> Path:
    """Write the override file into the project's folder of Terraform files; return it.

    Raises:
        SandboxError: there is no such folder.
    """
    folder = terraform_folder(settings)
    file = folder / OVERRIDE
    settings.make_state()
    write_private_text(file, override(settings, aliases_in(folder)))
    return file


def remove_override(settings: Settings) -> bool:
    """Remove the override file; return whether there was one."""
    file = terraform_folder(settings) / OVERRIDE
    is_there = file.exists()
    file.unlink(missing_ok=True)
    return is_there


def aliases_in(folder: Path) -> tuple[str, ...]:
    """Return the aliases of the folder's further AWS providers."""
    files = [file for file in sorted(folder.glob("*.tf")) if not file.name.endswith("override.tf")]
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    found = [alias[1] for text in texts for body in PROVIDER.findall(text) if (alias := ALIAS.search(body))]
    return tuple(dict.fromkeys(found))


def override(settings: Settings, aliases: tuple[str, ...]) -> str:
    """Return the text: where the state lies, and each provider with the sandbox's address and keys."""
    path = (settings.state / STATE).resolve()
    lines = [
        "# Written by glue-sandbox: with this file Terraform makes all in the sandbox, nothing on AWS.",
        "# It is for this machine alone: keep it out of git. glue-sandbox terraform --remove removes it.",
        "terraform {",
        '  backend "local" {',
        f"    path = {_text(str(path))}",
        "  }",
        "}",
    ]
    for alias in ("", *aliases):
        lines += ["", *_provider(settings, alias)]
    return "\n".join([*lines, ""])


def _provider(settings: Settings, alias: str) -> Iterator[str]:
    yield 'provider "aws" {'
    # A provider with an alias is mostly there for its region.
    yield f"  alias = {_text(alias)}" if alias else f"  region = {_text(settings.region)}"
    yield f"  access_key = {_text(settings.access_key)}"
    yield f"  secret_key = {_text(settings.secret_key)}"
    yield "  token = null"
    yield "  profile = null"
    yield "  s3_use_path_style = true"
    yield "  skip_credentials_validation = true"
    yield "  skip_metadata_api_check = true"
    yield "  skip_region_validation = true"
    yield "  endpoints {"
    for service in SERVICES:
        yield f"    {service} = {_text(settings.public_endpoint_url)}"
    yield "  }"
    yield "}"


def _text(value: str) -> str:
    """Return a text as Terraform has it."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
