"""The message of a failed run: the script's own exception, or the last error line of its streams."""

import re
from collections.abc import Iterable, Sequence

_TRACEBACK = "Traceback (most recent call last):"
# Of a group, each line has a margin, which is wider for the exceptions in it.
_GROUP = "  + Exception Group Traceback (most recent call last):"
_MARGIN = "  | "
# What Python prints last: a dotted class name, a colon, a message.
_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Iteration)\b.*"
)
_JAVA_CAUSE = re.compile(r"(?:Caused by: |: )((?:[a-z_]\w*\.)+[A-Z]\w*(?:: .*)?)$")
_JAVA_THROWN = re.compile(r"(?:Exception in thread \"[^\"]*\" )((?:[a-z_]\w*\.)+[A-Z]\w*(?:: .*)?)$")
_JAVA_WRAPPER = "Py4JJavaError"
# S3A's word for a permission that is missing: it says where, and repeats S3's own, which may be "Forbidden".
_DENIED = "java.nio.file.AccessDeniedException: "


def message_of(exception: str) -> str:
    """Return the message for an exception that ended a script: all its lines.

    Of one that tells of another in its text, it is that one: of Java's the cause, of a worker's its error.
    """
    first, *others = exception.splitlines()
    if _JAVA_WRAPPER in first:
        return _with_java_cause(first, others)
    return (_TRACEBACK in exception and _python_line(others)) or exception


def error_message(tails: Sequence[Iterable[str]], exit_code: int) -> str:
    """Return the message for a script that ended with a code other than 0.

    `tails` are the last lines of its streams, the most telling stream first.
    """
    streams = [list(tail) for tail in tails]
    for find in (_python_line, _java_line):
        for lines in streams:
            if found := find(lines):
                return found
    return f"Command failed with exit code {exit_code}"


def _python_line(lines: list[str]) -> str | None:
    starts = [number for number, line in enumerate(lines) if line == _GROUP or line.strip() == _TRACEBACK]
    if starts and lines[starts[-1]] == _GROUP:
        own = [line for line in lines[starts[-1] :] if line.startswith(_MARGIN)]
        lines, starts = [_TRACEBACK, *(line.removeprefix(_MARGIN) for line in own)], [0]
    if starts:
        for number in range(starts[-1] + 1, len(lines)):
            line = lines[number]
            # Frames are indented; the first line that isn't is the exception.
            if line.strip() and not line.startswith((" ", "\t")):
                return _with_java_cause(line, lines[number + 1 :])
        return None

    # A syntax error in the script itself comes without that heading.
    for number in range(len(lines) - 1, 0, -1):
        if _EXCEPTION.fullmatch(lines[number]) and lines[number - 1].startswith(" "):
            return lines[number]

    return None


def _with_java_cause(line: str, after: list[str]) -> str:
    """py4j's own line only says that a call failed; the reason is Java's, in the lines after it."""
    if _JAVA_WRAPPER not in line:
        return line
    causes = [match[1] for match in map(_JAVA_CAUSE.match, after) if match]
    denied = [cause for cause in causes if cause.startswith(_DENIED)]
    return " ".join([line, *(denied or causes)[-1:]])


def _java_line(lines: list[str]) -> str | None:
    thrown = [match[1] for match in map(_JAVA_THROWN.match, lines) if match]
    causes = [match[1] for match in map(_JAVA_CAUSE.match, lines) if match]
    if thrown:
        return causes[-1] if causes else thrown[-1]
    return None
