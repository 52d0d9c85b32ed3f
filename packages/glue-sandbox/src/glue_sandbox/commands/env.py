"""`glue-sandbox env`."""

from __future__ import annotations

import shlex
from pathlib import Path

from glue_sandbox.command import Command
from glue_sandbox.machine.private_files import write_private_text
from glue_sandbox.settings import Settings, load_settings

_PROFILE = "sandbox"


def env() -> None:
    """Print what a shell exports to use the sandbox with any AWS tool: address, region and keys.

    A tool that wants a profile finds `sandbox`, with the same.
    """
    settings = load_settings()
    exports = {
        "AWS_ENDPOINT_URL": settings.public_endpoint_url,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_CONFIG_FILE": str(_write_profile(settings)),
        # MWAA's operations have host names of their own, which lead nowhere here.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }
    print("unset AWS_PROFILE AWS_SESSION_TOKEN")
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}")


def _write_profile(settings: Settings) -> Path:
    settings.make_state()
    path = settings.state / "aws_config"
    members = {
        "endpoint_url": settings.public_endpoint_url,
        "region": settings.region,
        "aws_access_key_id": settings.access_key,
        "aws_secret_access_key": settings.secret_key,
    }
    lines = [f"[profile {_PROFILE}]", *(f"{name} = {value}" for name, value in members.items())]
    write_private_text(path, "\n".join(lines) + "\n")
    return path


COMMAND = Command(env, example='eval "$(make -s env)" && aws s3 ls')
