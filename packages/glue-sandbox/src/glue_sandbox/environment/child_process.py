"""The environment of every process we start: nothing of the user's real AWS account can leak into it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.environment.proxies import PROXIES, proxy_variables, with_loopback

if TYPE_CHECKING:  # this module also runs where pydantic is not installed
    from glue_sandbox.settings import Settings

# What a process needs of the machine. Everything else, above all AWS_*, stays outside.
KEPT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "USER", "TMPDIR"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("PIP_CERT", "PIP_INDEX_URL", "PIP_CONFIG_FILE"),
    *("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST"),
)

USERS_HOME = "user"  # below the state: the home folder of the processes that are started

# Each process carries the name of its sandbox, so that `down` finds also those that lost their parent.
MARKER = "GLUE_SANDBOX"
SERVICE_MARKER = "GLUE_SANDBOX_SERVICE"


def aws_variables(settings: Settings) -> dict[str, str]:
    """Point every AWS SDK at the sandbox's endpoint, and close every other way it looks for credentials."""
    nowhere = str(settings.state / "no-aws-files")
    return {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        "AWS_ACCESS_KEY_ID": settings.access_key,
        "AWS_SECRET_ACCESS_KEY": settings.secret_key,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Host names of some services, such as MWAA's env.airflow…, have no counterpart at one address.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }


def child_environment(
    settings: Settings, extra: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Build a service's whole environment: the machine's basics, the sandbox's AWS, then `extra`."""
    env = {name: environ[name] for name in KEPT if name in environ}
    env |= {**proxy_variables(environ), "PYTHONUNBUFFERED": "1"}
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # the environments are compiled already; the checkout stays clean
    env["HOME"] = str(settings.state / USERS_HOME)  # no ~/.aws, ~/.netrc or the like is read
    settings.make_state()
    Path(env["HOME"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    return env | aws_variables(settings) | dict(extra)


def without_downloads(environ: Mapping[str, str]) -> dict[str, str]:
    """Return a user's environment for a service that downloads nothing: no address with a password in it.

    The emulator's Lambda functions inherit all that it has.
    """
    return {name: v for name, v in environ.items() if name not in PROXIES and not name.startswith("PIP_")}


def clean_own_environment(settings: Settings) -> dict[str, str]:
    """Give this very process the same AWS settings: boto3 in the command line must not see a real account.

    Returns the user's own, which one command asks for: `audit --target aws`.
    """
    own = _replace_aws(aws_variables(settings))
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = with_loopback(os.environ)
    return own


@contextmanager
def users_account(own: Mapping[str, str]) -> Iterator[None]:
    """Give this process the user's own AWS settings back, for as long as this lasts."""
    sandbox = _replace_aws(own)
    try:
        yield
    finally:
        _replace_aws(sandbox)


def _replace_aws(variables: Mapping[str, str]) -> dict[str, str]:
    """Set these and no other AWS_*; returns those there were."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    return before
