"""One run as it was started, and what all steps on the way to its process share."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_glue.api.glue_api_model import Json
from local_glue.runs.arguments.arguments import merge
from local_glue.runs.files import RunFolder
from local_glue.settings import Settings
from local_glue.store import Scope


@dataclass(frozen=True)
class JobRun:
    """A run's record, with its arguments merged by Glue's precedence."""

    record: Json
    arguments: Mapping[str, str]

    @classmethod
    def from_record(cls, record: Json) -> "JobRun":
        """Return the run of a stored record."""
        return cls(record, merge(record["Definition"], record["Arguments"]))

    @property
    def id(self) -> str:
        """Its JobRunId."""
        return str(self.record["Id"])

    @property
    def title(self) -> str:
        """What an error calls it: a run of a job, or a session, which has none."""
        if "JobName" not in self.record:
            return f"Session {self.id}"
        return f"JobName:{self.job_name} and JobRunId:{self.id}"

    @property
    def job_name(self) -> str:
        """The job's name."""
        return str(self.record["JobName"])

    @property
    def definition(self) -> Json:
        """The job as it was when the run was started."""
        definition: Json = self.record["Definition"]
        return definition

    @property
    def command(self) -> str:
        """`glueetl` or `pythonshell`."""
        return str(self.definition["Command"]["Name"])

    @property
    def is_python_shell(self) -> bool:
        """Whether it is a Python shell job's."""
        return self.command == "pythonshell"

    @property
    def script_location(self) -> str:
        """Where its script lies: s3://bucket/key."""
        named = self.arguments.get("--scriptLocation")
        return named or str(self.definition["Command"].get("ScriptLocation", ""))

    @property
    def timeout_minutes(self) -> int:
        """Minutes after which it is ended."""
        return int(self.record["Timeout"])


@dataclass(frozen=True)
class RunContext:
    """Where a run takes place.

    What is added to `opened` lasts as long as the run; `is_wanted` tells whether somebody still waits for it;
    `tell` writes a line of the service's own to its error log; `own_script` puts a script into the
    folder where none is to be downloaded.
    """

    settings: Settings
    scope: Scope
    run: JobRun
    folder: RunFolder
    opened: ExitStack
    is_wanted: Callable[[], bool]
    tell: Callable[[str], None]
    own_script: Callable[[RunFolder], Path] | None = None


@dataclass(frozen=True)
class StagedRun:
    """A run whose role is assumed and whose script is here.

    `settings` are the service's, fitted to the run's workers and modules; `s3` and `env` have the credentials
    of the role.
    """

    context: RunContext
    settings: Settings
    s3: Any
    env: dict[str, str]
    script: Path
