"""How a command is typed: `make up` in a project with a Makefile for it, `glue-sandbox up` elsewhere.

Messages are written for `make`; where the project has none, they are told in the other form.
"""

from __future__ import annotations

import re

MAKE, OWN = "make", "glue-sandbox"
COMMAND = re.compile(r"""\bmake (?P<target>[a-z]+(-[a-z]+)*)(?P<variables>( [A-Z]+=("[^"]*"|[^\s,;)]+))*)""")
# Variables that are the command's argument, and no option.
ARGUMENTS = ("JOB", "S", "IMAGE")

_entrance = MAKE


def use(entrance: str) -> None:
    """Decide how commands are told from now on."""
    global _entrance
    _entrance = entrance


def typed(text: str) -> str:
    """Return a text with its commands as they are typed here."""
    return text if _entrance == MAKE else COMMAND.sub(_own_form, text)


def _own_form(match: re.Match[str]) -> str:
    pairs = re.findall(r'([A-Z]+)=("[^"]*"|[^\s,;)]+)', match["variables"])
    before = [f"{name}={value}" for name, value in pairs if name not in ARGUMENTS]
    after = [value for name, value in pairs if name in ARGUMENTS]
    return " ".join([*before, OWN, *match["target"].split("-"), *after])
