"""boto3 clients of the emulator."""

import threading
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from local_glue.settings import Settings
from local_glue.store import Scope

_CONFIG = Config(
    retries={"max_attempts": 4, "mode": "standard"},
    connect_timeout=5,
    read_timeout=60,
    s3={"addressing_style": "path"},
    proxies={},  # none, whatever the environment says
)
# boto3's sessions are not made for several threads at once; their clients are.
_lock = threading.Lock()


@dataclass(frozen=True)
class Credentials:
    """What a process signs its requests with."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None


def own_credentials(settings: Settings, scope: Scope) -> Credentials:
    """Return the service's own credentials; emulators take twelve digits as the account."""
    is_default = scope.account == settings.account_id
    return Credentials(settings.access_key_id if is_default else scope.account, settings.secret_access_key)


def client(
    settings: Settings, service: str, region: str, credentials: Credentials, config: Config = _CONFIG
) -> Any:
    """Make a client that talks to the emulator directly."""
    with _lock:
        return _session().client(
            service,  # type: ignore[call-overload]
            endpoint_url=settings.emulator_url,
            region_name=region,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            config=config,
        )


_shared: list[boto3.Session] = []


def _session() -> boto3.Session:
    """Keep one session: it caches the API models, which take long to read."""
    if not _shared:
        _shared.append(boto3.Session())
    return _shared[0]


def warm_up(settings: Settings) -> None:
    """Read the API models that every run needs, so that the first run doesn't wait for it."""
    for service in ("iam", "sts", "logs", "s3", "events"):
        credentials = Credentials(settings.access_key_id, settings.secret_access_key)
        client(settings, service, settings.region, credentials)
