"""The list of checks, in the order of the page, and the outcome of one as the text of its cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from compare_glue.target import Target

_LONGEST = 90
_RANDOM = re.compile(r"_[0-9a-f]{10}")

Check = Callable[[Target], None]
CHECKS: list[tuple[str, str, Check]] = []


def check(group: str, what: str) -> Callable[[Check], Check]:
    """Add a check to the page."""

    def add(function: Check) -> Check:
        CHECKS.append((group, what, function))
        return function

    return add


def same(found: object, wanted: object) -> None:
    """Raise with both when they differ."""
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def refused(code: str, call: Callable[..., Any], **arguments: Any) -> None:
    """Raise unless a call is refused by this code."""
    try:
        call(**arguments)
    except ClientError as error:
        same(error.response["Error"]["Code"], code)
    else:
        raise AssertionError(f"accepted instead of {code}")


def outcome(one: Check, target: Target) -> str:
    """Give `yes`, or what came instead, in one line."""
    try:
        one(target)
    except ClientError as error:
        found = error.response["Error"]
        text = f"{found['Code']}: {found['Message']}"
    except (AssertionError, TimeoutError) as error:
        text = str(error)
    except Exception as error:  # noqa: BLE001 - whatever a target answers becomes its cell
        text = f"{type(error).__name__}: {error}"
    else:
        return "yes"
    text = _RANDOM.sub("_…", " ".join(text.split())).replace("|", "\\|").replace("<", "&lt;")
    return "no: " + (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
