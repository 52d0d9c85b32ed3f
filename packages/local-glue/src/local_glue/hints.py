"""What to type next, in messages: commands of `local-glue`, or of the tool that started the service.

A tool gives its own words in GLUE_HINTS, a JSON object. Standard library only: this also runs in MiniStack.
"""

import json
import os
from functools import lru_cache

VARIABLE = "GLUE_HINTS"
_OWN = {
    "allow_host": "set GLUE_ALLOWED_HOSTS=<that name> and start `local-glue serve` again",
    "allow_origin": "set GLUE_ALLOWED_ORIGINS=<its origin> and start `local-glue serve` again",
    "choose_port": "choose another one by `local-glue serve --port`",
    "empty_state": "delete it",
    "list_operations": "`local-glue coverage`",
    "read_log": "the output of `local-glue serve`",
    "set_up": "`local-glue setup`",
    "start_emulator": "Start it, or name another one by `local-glue serve --aws-endpoint`",
    "start_service": "`local-glue serve`",
    "stop_service": "by Ctrl-C in its terminal",
}
NAMES = frozenset(_OWN)


def hint(name: str) -> str:
    """Return the words for one of NAMES, as part of a sentence."""
    return read_hints(os.environ.get(VARIABLE, ""))[name]


@lru_cache
def read_hints(text: str) -> dict[str, str]:
    """Return the words for each of NAMES, those of `text` (a JSON object, or empty) above our own.

    Raises:
        ValueError: the text is no such object, or holds a name that is not one of NAMES.
    """
    given = json.loads(text or "{}")
    if not isinstance(given, dict) or not all(isinstance(words, str) for words in given.values()):
        raise ValueError("found no object of strings")
    if unknown := sorted(given.keys() - NAMES):
        raise ValueError(f"found {', '.join(unknown)}, which is none of {', '.join(sorted(NAMES))}")
    return {**_OWN, **given}
