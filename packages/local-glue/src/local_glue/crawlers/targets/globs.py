r"""Exclude patterns of crawler targets.

Source: "Include and exclude patterns" in the Glue developer guide: `*` and `?` stay inside a folder, `**`
doesn't, `[a-z]` and `[!a-z]` are one character, `{a,b}` is a choice of patterns, `\` takes the next as it is.
"""

import re
from functools import cache

_PARTS = re.compile(r"\*\*|\*|\?|\\.|\[!?[^\]]+\]|[{},]|.", re.DOTALL)
_SIMPLE = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Translate an exclude pattern for `fullmatch` with a path below the target."""
    translated, depth = "", 0
    for part in _PARTS.findall(pattern):
        if part == "{":
            depth += 1
            translated += "(?:"
        elif part == "}" and depth:
            depth -= 1
            translated += ")"
        elif part == "," and depth:
            translated += "|"
        elif part in _SIMPLE:
            translated += _SIMPLE[part]
        elif len(part) > 1 and part[0] == "[":
            translated += _one_of(part[1:-1])
        else:
            translated += re.escape(part[1:] if len(part) > 1 and part[0] == "\\" else part)

    return re.compile(translated + ")" * depth, re.DOTALL)


def _one_of(characters: str) -> str:
    is_negated = characters.startswith("!")
    escaped = re.sub(r"([\\\[\]^&~|])", r"\\\1", characters[is_negated:])
    first, rest = escaped[:1], escaped[1:]
    return f"(?!/)[{'^' if is_negated else ''}{re.escape(first) if first == '-' else first}{rest}]"
