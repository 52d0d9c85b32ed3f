"""The calls of roles that this sandbox's services have recorded."""

from __future__ import annotations

import httpx

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import must_run
from local_glue.calls.recorder import CALLS_PATH, FILE
from local_glue.http.control_paths import TOKEN_HEADER


def recorded_calls(settings: Settings) -> str:
    """Return all records, a line each.

    What no service of this sandbox sees is not in them: in containers, what Spark, crawlers and Glue itself
    ask LocalStack for, which they reach directly.

    Raises:
        SandboxError: there are none, or the containers that have them do not run.
    """
    files = [settings.state / folder / FILE for folder in ("glue", "ministack")]
    calls = "".join(file.read_text(encoding="utf-8") for file in files if file.is_file())
    if settings.in_containers:
        calls = _asked(settings)
    if not calls:
        raise SandboxError("recorded calls of jobs, functions or Airflow", "none", "make demo, then repeat")
    return calls


def _asked(settings: Settings) -> str:
    """The records of a service whose files only its container sees."""
    must_run(settings)
    headers = {TOKEN_HEADER: settings.control_token}
    try:
        answer = httpx.get(settings.endpoint_url + CALLS_PATH, headers=headers, trust_env=False, timeout=30)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise SandboxError(
            "the sandbox's Glue service to answer", str(error).partition("\n")[0], "make up, then repeat"
        ) from None
    return answer.text
