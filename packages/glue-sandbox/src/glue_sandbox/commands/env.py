"""`glue-sandbox env`."""

from __future__ import annotations

import shlex

from glue_sandbox.command import Command
from glue_sandbox.settings import load_settings


def env() -> None:
    """Print what a shell exports to use the sandbox with any AWS tool: address, region and keys."""
    settings = load_settings()
    exports = {
        "AWS_ENDPOINT_URL": settings.public_endpoint_url,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
    }
    print("unset AWS_PROFILE AWS_SESSION_TOKEN")
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}")


COMMAND = Command(env, example='eval "$(make -s env)" && aws s3 ls')
