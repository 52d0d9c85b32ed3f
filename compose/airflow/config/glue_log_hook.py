"""Shows each line of a Glue job's log once, for log services whose FilterLogEvents has no tokens.

The provider's hook asks FilterLogEvents for "everything after this token". AWS gives such a token with
every page; MiniStack gives none, so the provider would print the whole log again at each poll.
GetLogEvents has tokens everywhere.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.amazon.aws.hooks.glue import GlueJobHook, get_glue_log_group_names
from botocore.exceptions import ClientError


class GlueLogHook(GlueJobHook):  # type: ignore[misc]
    """The provider's hook, but for the way it reads logs."""

    def print_job_logs(self, job_name: str, run_id: str, continuation_tokens: Any) -> None:
        """Print what both streams of a run got since the last call, a line each."""
        job_run = self.conn.get_job_run(JobName=job_name, RunId=run_id)["JobRun"]
        output, error = get_glue_log_group_names(job_run)
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
            for event in page["events"]:
                self.log.info("%s: %s", group.rpartition("/")[2], event["message"].rstrip())
            if page["nextForwardToken"] == token:  # the end, as AWS documents it
                return token
            token = str(page["nextForwardToken"])
