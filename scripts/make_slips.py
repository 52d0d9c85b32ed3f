"""Says what was meant by a make command with a word or a variable that does not exist; the Makefile calls it.

    python3 scripts/make_slips.py Makefile "seed x.csv" file=x.csv

Any Python 3.7 or newer runs it: it comes before the set-up.
"""

from __future__ import annotations

import re
import shlex
import sys
from difflib import get_close_matches
from pathlib import Path

# What a word after a target stands for.
VARIABLE_OF_TARGET = {
    "seed": "FILE",
    "kpis": "DATE",
    "run": "JOB",
    "logs": "S",
    "shell": "S",
    "images": "IMAGE",
    "bench": "PART",
    "history": "LOGS",
    "rejected": "RUN",
}


def main(makefile: str, goals: str, *given: str) -> None:
    """Print expected, found and next for the first slip; unknown variables come first among those given."""
    text = Path(makefile).read_text(encoding="utf-8")
    options = _list(text, "OPTIONS")
    targets = _list(text, "TARGETS")
    words = goals.split()
    known = [word for word in words if word in targets]

    stray = next((word for word in words if word not in targets), None)
    kept = [each for each in given if each.partition("=")[0] in options]

    if stray is None:
        name, _, value = given[0].partition("=")
        meant = variable_meant(name, options)
        expected = "a variable that make help names"
        repaired = [f"{meant}={value}"] if meant else []
        say(expected, f"{name}={value}", command([*(known or ["help"]), *repaired, *kept]))
        return

    variable = VARIABLE_OF_TARGET.get(known[0]) if known else None
    close = get_close_matches(stray, targets, n=1)
    if variable:
        expected = f"{variable}= before a value of make {known[0]}"
        say(expected, f"the word {stray}", command([known[0], f"{variable}={stray}", *kept]))
    else:
        meant_words = [*known, *close, *kept] if known or close else ["help"]
        say("targets that make help names", f"the word {stray}", command(meant_words))


def command(words: list[str]) -> str:
    """Return a make command that a shell reads as it is meant."""
    quoted = []
    for word in words:
        name, sign, value = word.partition("=")
        quoted.append(f"{name}={shlex.quote(value)}" if sign else name)
    return " ".join(["make", *quoted])


def variable_meant(name: str, options: list[str]) -> str:
    """Return the known variable that a name resembles, in any case; empty for none."""
    return next(iter(get_close_matches(name.upper(), options, n=1)), "")


def say(expected: str, found: str, next_command: str) -> None:
    """Print the three facts as every command does."""
    print(f"expected {expected}\nfound    {found}; nothing was run\nnext     {next_command}")


def _list(makefile: str, name: str) -> list[str]:
    line = re.search(rf"^{name} = (.*)$", makefile, re.M)
    return line[1].split() if line else []


if __name__ == "__main__":
    main(*sys.argv[1:])
