"""Names in the Data Catalog: folded to lower case for Hive, and listed by patterns."""

import re

from local_glue.api.errors import InvalidInputException

# A star that does not repeat what stands before it, as in `.*`, `[ab]*`, `(ab)*` and `\d*`.
_WILDCARD = re.compile(r"(?<![.\])}\\])(?<!\\\w)\*")


def compile_pattern(text: str) -> re.Pattern[str]:
    """Read a regular expression as AWS does, to whom a star is also Hive's wildcard: `listens_*`.

    Raises:
        InvalidInputException: the text is no regular expression.
    """
    try:
        return re.compile(_WILDCARD.sub(".*", text))
    except re.error as error:
        raise InvalidInputException(f"{text!r} is no regular expression: {error}") from error


def key_of(*names: str) -> str:
    """Return the key under which a thing of these names is stored; a slash in a name is none of its own."""
    return "/".join(name.lower().replace("/", "\n") for name in names)
