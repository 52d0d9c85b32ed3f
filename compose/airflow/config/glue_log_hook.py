"""Shows a Glue job's states as they change, and each line of its log once, those of stderr marked.

The provider's hook asks FilterLogEvents for "everything after this token". AWS gives such a token with
every page; MiniStack gives none, so the provider would print the whole log again at each poll.
GetLogEvents has tokens everywhere. A traceback names the files that the user edits, not the run's copies of
them. And the provider tells of the state at each poll, which here is twice a second.
"""

from __future__ import annotations

import os
from typing import Any

from airflow.providers.amazon.aws.hooks.glue import GlueJobHook
from botocore.exceptions import ClientError

from glue_sandbox.project.script_paths import read_script_paths

ENDED = ("SUCCEEDED", "STOPPED", "FAILED", "TIMEOUT")
INFORMATION = "local Glue: "  # how lines begin that the service writes beside what a script says
STDERR = "stderr │ "
PATHS = read_script_paths(os.environ)


class GlueLogHook(GlueJobHook):  # type: ignore[misc]
    """The provider's hook, but for the way it tells of states and reads logs."""

    _told = ""

    def _handle_state(
        self, state: str, job_name: str, run_id: str, verbose: bool, next_log_tokens: Any
    ) -> Any:
        """Tell of a state that is new; what follows from one at which a run ends is the provider's."""
        if state in ENDED:
            return super()._handle_state(state, job_name, run_id, verbose, next_log_tokens)
        if state != self._told:
            self._told = state
            self.log.info("%s %s is %s", job_name, run_id, state)
        if verbose:
            self.print_job_logs(job_name, run_id, next_log_tokens)
        return None

    def print_job_logs(self, job_name: str, run_id: str, continuation_tokens: Any) -> None:
        """Print what both streams of a run got since the last call, a line each."""
        job_run = self.conn.get_job_run(JobName=job_name, RunId=run_id)["JobRun"]
        group = job_run["LogGroupName"]
        output, error = f"{group}/output", f"{group}/error"
        continuation_tokens.output_stream_continuation = self._print_new(
            output, run_id, continuation_tokens.output_stream_continuation
        )
        continuation_tokens.error_stream_continuation = self._print_new(
            error, run_id, continuation_tokens.error_stream_continuation
        )

    def _print_new(self, group: str, stream: str, token: str | None) -> str | None:
        """Print every event after the token; returns the token to go on from."""
        while True:
            request = {"nextToken": token} if token else {}
            try:
                page = self.logs_hook.get_conn().get_log_events(
                    logGroupName=group, logStreamName=stream, startFromHead=True, **request
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return token  # nothing was logged yet
                raise

            mark = STDERR if group.endswith("/error") else ""
            for event in page["events"]:
                line = PATHS.in_project(event["message"].rstrip())
                self.log.info("%s", line if line.startswith(INFORMATION) else f"{mark}{line}")

            if page["nextForwardToken"] == token:  # the end, as AWS documents it
                return token

            token = str(page["nextForwardToken"])
