"""An emulator or an Airflow that runs already: what is said of it, and that the emulator answers."""

from __future__ import annotations

from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings

ANSWER_SECONDS = 10.0


def lines_about(settings: Settings) -> list[str]:
    """Return what runs beside this sandbox, and what does not count there."""
    project = settings.project
    lines = []
    if project.aws_endpoint:
        lines.append(
            f"emulator: yours at {project.aws_endpoint}; what is there stays. Glue is asked at "
            f"{settings.public_endpoint_url}, and enforces no roles"
        )
    if project.airflow.url:
        lines.append(f"Airflow: yours at {project.airflow.url}; it finds AWS by what `make env` prints")
    return lines


def require_emulator(settings: Settings) -> None:
    """Require that the emulator which the project file names answers; without one there, nothing.

    Raises:
        SandboxError: it does not, or cannot know this sandbox's own keys.
    """
    url = settings.project.aws_endpoint
    if url is None:
        return
    if settings.keys == "own":
        raise SandboxError(
            f"KEYS=test beside the emulator that aws_endpoint in {FILE} names",
            "KEYS=own, and it does not know this sandbox's keys",
            "KEYS=test make up",
        )
    try:
        build_opener(ProxyHandler({})).open(url, timeout=ANSWER_SECONDS).close()
    except HTTPError:
        return  # which is an answer
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise SandboxError(
            f"an emulator at {url}, which aws_endpoint in {FILE} names",
            f"no answer ({reason})",
            f"start it, or take aws_endpoint out of {FILE}; then: make up",
        ) from None
