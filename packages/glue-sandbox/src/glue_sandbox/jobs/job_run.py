"""The inner loop: upload what changed, start one Glue job, stream its log until it ends."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from glue_sandbox.clients import client
from glue_sandbox.deploy.state import Deployed, read_deployed
from glue_sandbox.errors import SandboxError
from glue_sandbox.hints import closest, typed
from glue_sandbox.jobs.run_ids import as_it_fits, short
from glue_sandbox.project.script_paths import ScriptPaths
from glue_sandbox.scaffold.new_job import missing_job
from glue_sandbox.settings import Settings
from glue_sandbox.startup.shared_steps import deploy_changes
from glue_sandbox.status.status import must_run
from glue_sandbox.terminal.console import at_work, last_words, out, print_hanging
from local_glue.runs.process.masking import mask, secrets_of

ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"})
POLL_SECONDS = 0.3
LAST_CHARACTERS = 10_000
"""Of what was printed, to see whether an error stands there already."""
MISSING_ARGUMENTS = re.compile(r"arguments are required: (?P<names>--\w+(, --\w+)*)")
"""In the error of a script that asks for arguments by getResolvedOptions or argparse."""


def run_job(settings: Settings, job: str | None, words: list[str]) -> bool:
    """Run a job to its end; True when it succeeded. Ctrl-C stops the run, too.

    Raises:
        SandboxError: there is no such job, a run of it is under way, or the project refuses its arguments.
    """
    must_run(settings)
    arguments = job_arguments(words)
    job = job or ""
    before = read_deployed(settings)
    if before and not _is_described(settings, job, before):
        _say_how_to_make_it(settings, job)
        raise _unknown(job, before)

    # What the project refuses or adds, before anything is uploaded.
    for name, value in project_arguments(settings, job, arguments).items():
        arguments.setdefault(name, value)

    with last_words("stopped before a run was started; to run it, repeat the command"):
        deployed = deploy_changes(settings)
        if job not in deployed.jobs:
            _say_how_to_make_it(settings, job)
            raise _unknown(job, deployed)

        glue = client(settings, "glue")
        try:
            run_id = glue.start_job_run(JobName=job, Arguments=arguments)["JobRunId"]
        except glue.exceptions.ConcurrentRunsExceededException:
            found = "one that has not ended, as on AWS a second one is refused"
            raise SandboxError(f"no run of {job} under way", found, "make logs, until it is done") from None
    out.print(started_line(job, as_it_fits(run_id), arguments), markup=False)
    log = JobLog(settings, run_id)
    try:
        with at_work(f"{job} is at work"):
            run = _follow(glue, job, run_id, log)
    except KeyboardInterrupt:
        glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
        its_log = typed(f"its log: make logs RUN={short(run_id)}")
        out.print(
            f"stopped {job}, {short(run_id)}; to run it again, repeat the command; {its_log}", markup=False
        )
        raise
    succeeded = show_result(run, log)
    print_hanging(out, Text("next     ", "bold"), typed(what_is_next(settings, job, run_id, succeeded)))
    return succeeded


def what_is_next(settings: Settings, job: str, run_id: str, succeeded: bool) -> str:
    """Return what to type after a run: the project's own commands, or the same again once it is mended."""
    whole_log = f"make logs RUN={short(run_id)}"
    if succeeded:
        return " · ".join([*settings.project.jobs.next, whole_log])
    return f"correct the script, then repeat: make run JOB={job}; all that it said: {whole_log}"


def _follow(glue: Any, job: str, run_id: str, log: JobLog) -> Mapping[str, Any]:
    """Show a run's log until it ends; return the run."""
    while True:
        run: Mapping[str, Any] = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        log.show_new(run)
        if run["JobRunState"] in ENDED:
            return run
        time.sleep(POLL_SECONDS)


def _is_described(settings: Settings, job: str, deployed: Deployed) -> bool:
    """Return whether a job is deployed, or named in the project: then a deployment tells."""
    project = settings.project
    of_terraform = bool(project.templates and project.templates.terraform)  # which may have made it since
    return bool(job) and (
        of_terraform
        or job in deployed.jobs
        or job in project.jobs.define
        or any(_is_named(job, file) for file in project.template_files())
    )


def _is_named(job: str, template: Path) -> bool:
    return bool(re.search(rf"\b{re.escape(job)}\b", template.read_text(encoding="utf-8")))


def _unknown(job: str, deployed: Deployed) -> SandboxError:
    if not deployed.jobs:
        return SandboxError(
            "a Glue job in the project", "none", "define one in a template or in sandbox.toml"
        )
    return SandboxError(
        f"a job's name: one of {', '.join(deployed.jobs)}",
        job or "none",
        f"make run JOB={closest(job, deployed.jobs)}",
    )


def started_line(job: str, run_id: str, arguments: Mapping[str, str]) -> str:
    """Return what is said of a run that was started, in which no secret of its arguments is read."""
    words = [job, run_id, *(word for pair in arguments.items() for word in pair)]
    return mask(" ".join(words), secrets_of(arguments))


def _say_how_to_make_it(settings: Settings, job: str) -> None:
    addition = missing_job(settings, job)
    if addition:
        for lines in addition.lines:
            where = f"below {lines.below}" if lines.below else "at its end"
            out.print(Text(f"\n# to {lines.file}, {where}", style="bold"))
            out.print(Text(lines.text), no_wrap=True, overflow="ignore")  # to be pasted
        out.print()
        files = list(dict.fromkeys(str(lines.file) for lines in addition.lines))
        raise SandboxError(
            f"a Glue job {job}",
            f"{addition.script}, which is no job yet",
            f"add the lines above to {' and '.join(files)}, then: make run JOB={job}",
        )


def job_arguments(words: list[str]) -> dict[str, str]:
    """`--name value` and `--name=value` as Glue takes them.

    Raises:
        SandboxError: a word stands where a name is expected.
    """
    arguments: dict[str, str] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name, _, value = word.partition("=")
            arguments[name] = value
        elif name:
            arguments[name] = f"{arguments[name]} {word}".strip()
        else:
            raise SandboxError(
                "ARGS that begin with --name", f"ARGS={' '.join(words)}", 'make run ARGS="--batch_id x"'
            )
    return arguments


def project_arguments(settings: Settings, job: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what the project adds to the arguments of a run, by the function that its project file names."""
    function = settings.project.jobs.run_arguments
    if function is None:
        return {}
    module, _, name = function.partition(":")
    found: Mapping[str, str] = getattr(settings.project.module(module), name)(settings, job, given)
    return found


class JobLog:
    """The CloudWatch log streams of one run; shows each line once, and scripts as in the project."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        self._paths = ScriptPaths.of(settings.project)
        self._shown = ""
        self._logs = client(settings, "logs")
        self._run_id = run_id
        self._tokens: dict[str, str] = {}

    def show_new(self, run: Mapping[str, Any]) -> None:
        """Print what was written since the last call."""
        group = run.get("LogGroupName")
        for kind in ("output", "error") if group else ():
            for event in self._new_events(f"{group}/{kind}"):
                message = self._paths.in_project(event)
                self._shown = (self._shown + message)[-LAST_CHARACTERS:]
                out.print(
                    message.rstrip("\n"),
                    markup=False,
                    soft_wrap=True,
                    style="" if kind == "output" else "dim",
                )

    def has_shown(self, message: str) -> bool:
        """Return whether the end of what was printed has this message."""
        return message.strip() in self._shown

    def _new_events(self, group: str) -> list[str]:
        stream = {"logGroupName": group, "logStreamName": self._run_id, "startFromHead": True}
        messages: list[str] = []
        while True:
            token = {"nextToken": self._tokens[group]} if group in self._tokens else {}
            try:
                page = self._logs.get_log_events(**stream, **token)
            except self._logs.exceptions.ResourceNotFoundException:
                return messages  # nothing was written yet
            self._tokens[group] = page["nextForwardToken"]
            if not page["events"]:
                return messages
            messages += [event["message"] for event in page["events"]]


def show_result(run: Mapping[str, Any], log: JobLog) -> bool:
    """Print how a run ended, with its error if the log has not shown it; return whether it succeeded."""
    succeeded: bool = run["JobRunState"] == "SUCCEEDED"
    sign = "[green]✓[/]" if succeeded else "[red]✗[/]"
    out.print(f"{sign} {run['JobRunState']} in {run.get('ExecutionTime', 0)} s")
    if run.get("ErrorMessage") and not log.has_shown(run["ErrorMessage"]):
        out.print(run["ErrorMessage"], style="red", markup=False)
    if missing := MISSING_ARGUMENTS.search(run.get("ErrorMessage", "")):
        given = " ".join(f"{name} …" for name in missing["names"].split(", "))
        out.print(typed(f'next     make run JOB={run["JobName"]} ARGS="{given}"'), markup=False)
    return succeeded
