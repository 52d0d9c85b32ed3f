"""What Glue can and this service can't: a run that asks for it fails at once, with the reason."""

from collections.abc import Mapping

from local_glue.api.glue_api_model import Json
from local_glue.jobs.capacity_rules import version_number
from local_glue.runs.files import LaunchError, locations
from local_glue.runs.modules.zip_of_wheels import SUFFIX

_NOT_RUN = {
    "gluestreaming": "a stream never ends, and there is no Kinesis or Kafka here that it could read",
    "glueray": "Ray is not installed here",
}
# "AWS Glue version support policy" in the developer guide: no run of an older one can be started on AWS.
_ENDED, _FIRST_ALIVE = "April 1, 2026", 3.0
_FIRST_WITH_BUNDLES = 5.0
_SHELL_WITHOUT_EGGS = "3.9"


def refuse_unsupported(job: Json, arguments: Mapping[str, str]) -> None:
    """Refuse a run that asks for what would otherwise be ignored in silence.

    Raises:
        LaunchError: it does; names what, and what to do instead.
    """
    command = job["Command"]["Name"]
    if command in _NOT_RUN:
        raise LaunchError(
            f"The local Glue service runs glueetl and pythonshell jobs, not {command}: {_NOT_RUN[command]}. "
            "Run this job on AWS."
        )
    if job["Command"].get("PythonVersion") == "2":
        raise LaunchError("The local Glue service runs Python 3, found PythonVersion 2 in the job's Command.")
    if command == "glueetl":
        _refuse_by_version(job["GlueVersion"], arguments)
    if command == "pythonshell":
        _refuse_in_shell(job["Command"].get("PythonVersion", ""), arguments)
    if arguments.get("--class"):
        raise LaunchError(
            "The local Glue service runs Python scripts, found --class "
            f"{arguments['--class']}, the main class of a Scala job. Run this job on AWS."
        )

    language = arguments.get("--job-language", "python")
    if language != "python":
        raise LaunchError(f"The local Glue service runs Python scripts, found --job-language {language}.")


def _refuse_by_version(version: str, arguments: Mapping[str, str]) -> None:
    if version_number(version) < _FIRST_ALIVE:
        raise LaunchError(f"Glue {version} ended on {_ENDED}: set GlueVersion to 3.0 or later.")
    if version_number(version) < _FIRST_WITH_BUNDLES:
        _refuse_bundles(version, arguments)


def _refuse_bundles(version: str, arguments: Mapping[str, str]) -> None:
    """Fail here as on AWS, where pip takes a zip of wheels or a requirements file from Glue 5.0 on."""
    bundles = (
        (SUFFIX, arguments.get("--additional-python-modules", "").split(",")),
        ("-r", arguments.get("--python-modules-installer-option", "").split()),
    )
    for bundle, given in bundles:
        found = next((part for part in given if part.strip().endswith(bundle)), None)
        if found:
            raise LaunchError(
                f"Glue {version} does not take {found.strip()}: set GlueVersion to 5.0 or later."
            )


def _refuse_in_shell(version: str, arguments: Mapping[str, str]) -> None:
    """Fail here as on AWS. Source: "Limitations" of Python shell jobs in the Glue developer guide."""
    if arguments.get("--extra-files"):
        raise LaunchError(
            "Python shell jobs do not take --extra-files on AWS: download the files in the script, by boto3."
        )
    egg = next((file for file in locations(arguments, "--extra-py-files") if file.endswith(".egg")), None)
    if egg and version == _SHELL_WITHOUT_EGGS:
        raise LaunchError(f"Python shell jobs of Python {version} do not take {egg} on AWS: build a wheel.")
