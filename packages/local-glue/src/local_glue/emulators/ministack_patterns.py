"""A wildcard of a policy matches every character, as on AWS: MiniStack's stops at a line break.

So a role was denied an object whose key has one, and no Deny could forbid it. Standard library only, as it
runs in MiniStack's environment.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ministack.core import iam_evaluator


def match_across_lines() -> None:
    """From now on, `*` and `?` of actions, resources and conditions match line breaks, too."""
    iam_evaluator._fnmatch_compile = compile_pattern


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    """Return the regular expression of a pattern of IAM."""
    wildcards = {"*": ".*", "?": "."}
    regex = "".join(wildcards.get(character) or re.escape(character) for character in pattern)
    return re.compile(rf"{regex}\Z", re.DOTALL | (re.IGNORECASE if ignore_case else 0))
