"""Names what is not what AWS has, and what this edition of the emulator cannot do."""

from __future__ import annotations

import os

from glue_sandbox.containers.env_files import TOKEN, has_http_api, uses_token
from glue_sandbox.hints import typed
from glue_sandbox.images.selection import PUBLISHED, SLIM, Choice
from glue_sandbox.settings import Settings
from glue_sandbox.startup.mode import lines_about_mode
from glue_sandbox.terminal.console import out

OF_FREE_LOCALSTACK = (
    "LocalStack's free edition has no Glue, also not in CloudFormation: the local Glue service has both",
    "LocalStack enforces no roles, and forgets all data when it stops (EMULATOR=ministack does neither)",
)
OF_LOCALSTACK_WITH_TOKEN = (
    "LocalStack with your token ({image}): Glue's API is still answered by the local Glue service",
    "LocalStack's enforcement of roles and its keeping of data are not switched on here",
)
NO_LAMBDA = (
    "LocalStack runs no Lambda without the engine's socket: the container `events` calls the same handlers"
)
NO_HTTP_API = (
    "HTTP APIs of the templates are not LocalStack's: the container `events` answers by the same handler, "
    "unthrottled and without authorisation"
)
NO_HTTP_API_WITH_OWN_KEYS = "with KEYS=own HTTP APIs are left out: that container cannot check signatures"
TOKEN_UNUSED = f"{TOKEN} is not used: this LocalStack needs none (with IMAGES=published a newer one takes it)"
AS_ROOT = "images: the published ones; as root start those of PostgreSQL{emulator}, and no slim one"


def print_substitutions(settings: Settings, choice: Choice) -> None:
    """Say how the sandbox runs, and what differs from AWS."""
    lines = lines_about_mode(settings)
    if choice.source == SLIM:
        lines.append(
            "images: slim, built here from Debian, PyPI and Maven Central, instead of the published ones"
        )
    if choice.stale:
        names = ", ".join(choice.stale)
        lines.append(
            f"built from other files or another base than are here now: {names} (rebuild: make images)"
        )
    if choice.source == PUBLISHED:
        is_localstack = settings.emulator == "localstack"
        lines.append(AS_ROOT.format(emulator=" and LocalStack" if is_localstack else ""))
    if settings.emulator == "localstack":
        lines += _of_localstack(settings, choice.names["EMULATOR_IMAGE"])
    out.print(typed("\n".join(lines)), style="dim")


def _of_localstack(settings: Settings, image: str) -> list[str]:
    http_api = NO_HTTP_API if has_http_api(settings) else NO_HTTP_API_WITH_OWN_KEYS
    if uses_token(settings, image):
        lines = (line.format(image=image) for line in OF_LOCALSTACK_WITH_TOKEN)
        return [*lines, NO_LAMBDA, http_api]
    return [*OF_FREE_LOCALSTACK, NO_LAMBDA, http_api, *([TOKEN_UNUSED] if os.environ.get(TOKEN) else [])]
