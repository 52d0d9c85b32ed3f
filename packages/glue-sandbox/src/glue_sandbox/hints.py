"""How a command is typed: `make up` in a project with a Makefile for it, `glue-sandbox up` elsewhere.

Messages are written for `make`; where the project has none, they are told in the other form.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

MAKE, OWN = "make", "glue-sandbox"
COMMAND = re.compile(
    r"""\bmake (-s )?(?P<target>[a-z]+(-[a-z]+)*)(?P<variables>( [A-Z]+=("[^"]*"|[^\s,;)]+))*)"""
)
WHOLE = re.compile(
    r"""(\b[A-Z_]+=\S+ )*\b(make|glue-sandbox)( -s)? [a-z]+(-[a-z]+)*( [A-Z]+=("[^"]*"|'[^']*'|[^\s,;)]+))*"""
)
# As what Python sees the command line: a checkout's entrance, the module, the installed command.
PROGRAMS = ("bootstrap.py", "__main__.py", OWN)
SPACE = "\ue000"  # for private use: no line is broken at it
# Variables that are the command's argument, and no option.
ARGUMENTS = ("JOB", "S", "IMAGE")
SLIGHT = 0.4
"""How much of a long name is in a word that shortens it, at the least."""

_entrance = MAKE


def use(entrance: str) -> None:
    """Decide how commands are told from now on."""
    global _entrance
    _entrance = entrance


def this_command() -> str:
    """Return the command of this process, as it is typed."""
    program, words = Path(sys.argv[0]).name, sys.argv[1:]
    return typed(f"{MAKE} {words[0]}") if program in PROGRAMS and words else program


def typed(text: str) -> str:
    """Return a text with its commands as they are typed here."""
    return text if _entrance == MAKE else COMMAND.sub(_own_form, text)


def unbroken(text: str, width: int) -> str:
    """Return a text of the same length; commands that fit a line have no spaces to break it at."""
    return WHOLE.sub(lambda found: found[0].replace(" ", SPACE) if len(found[0]) <= width else found[0], text)


def with_spaces(text: str) -> str:
    """Return what `unbroken` was given."""
    return text.replace(SPACE, " ")


def closest(word: str, known: Sequence[str]) -> str:
    """Return the known name that a word resembles or is a part of, in any case; the first one if none."""
    word = word.lower()
    of_this_part = [name for name in known if word and word in name.lower()]
    found = get_close_matches(word, known, n=1) or of_this_part
    return next(iter(found or get_close_matches(word, known, n=1, cutoff=SLIGHT)), known[0])


def _own_form(match: re.Match[str]) -> str:
    pairs = re.findall(r'([A-Z]+)=("[^"]*"|[^\s,;)]+)', match["variables"])
    before = [f"{name}={value}" for name, value in pairs if name not in ARGUMENTS]
    after = [value for name, value in pairs if name in ARGUMENTS]
    return " ".join([*before, OWN, *match["target"].split("-"), *after])
