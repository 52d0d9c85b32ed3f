"""The log streams of one run, in which the values of its secret arguments are masked."""

from local_glue.aws.clients import client, own_credentials
from local_glue.aws.log_stream import CONFIG, LogStream
from local_glue.runs.context import JobRun
from local_glue.runs.log_names import continuous_log, stream_name
from local_glue.runs.process.masking import mask, secrets_of
from local_glue.settings import Settings
from local_glue.store import Scope


class RunLogs:
    """What a script writes to its output and its errors, and what the service has to say about the run."""

    def __init__(self, settings: Settings, scope: Scope, run: JobRun) -> None:
        self._secrets = secrets_of(run.arguments)
        group = run.record["LogGroupName"]
        stream = stream_name(run.command, run.id, run.arguments)

        logs = client(settings, "logs", scope.region, own_credentials(settings, scope), CONFIG)
        self._output = LogStream(logs, f"{group}/output", stream)
        self._errors = [LogStream(logs, f"{group}/error", stream)]
        if names := continuous_log(run.record, run.arguments):
            self._errors.append(LogStream(logs, *names))

    def output(self, line: str) -> None:
        """Log a line of the script's output."""
        self._output.write(self.masked(line))

    def error(self, line: str) -> None:
        """Log a line of the script's errors."""
        self.tell(self.masked(line))

    def tell(self, line: str) -> None:
        """Log a line of the service's own, beside the script's errors."""
        for stream in self._errors:
            stream.write(line)

    def masked(self, text: str) -> str:
        """Return a text without the values of secret arguments."""
        return mask(text, self._secrets)

    def close(self) -> None:
        """Wait until every line is stored or given up."""
        self._output.close()
        for stream in self._errors:
            stream.close()
