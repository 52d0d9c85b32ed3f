"""How a run ended."""

from dataclasses import dataclass

from local_glue.runs.error_line import error_message, message_of
from local_glue.runs.files import RunFolder, text_in
from local_glue.runs.process.process import Process
from local_glue.runs.spark.drivers.warm_driver import WarmDriver


@dataclass(frozen=True)
class Outcome:
    """A final state, and why when the run did not succeed."""

    state: str
    error: str | None = None


def outcome_of_script(
    process: Process, code: int, driver: WarmDriver | None, jvm_code: int | None, folder: RunFolder
) -> Outcome:
    """Return how a run ended whose script came to its end with a code, and its driver JVM, if any, with one.

    `jvm_code` is None for a JVM that did not end. A cold start has no JVM beside its process.
    """
    if code == 0 and jvm_code == 0:
        refused = text_in(folder.refused)
        return Outcome("FAILED", refused) if refused else Outcome("SUCCEEDED")

    if code == 0:  # as in a cold start, where the JVM is the whole command
        how = "did not end after the script" if jvm_code is None else f"ended with exit code {jvm_code}"
        return Outcome("FAILED", f"The script came to its end, but its driver JVM {how}.")

    if exception := text_in(folder.error):
        return Outcome("FAILED", message_of(exception))

    tails = [process.error_tail, process.output_tail, *([driver.error_tail] if driver else [])]
    return Outcome("FAILED", error_message(tails, code))
