"""Says what was meant by a make command with a word or a variable that does not exist; the Makefile calls it.

    python3 scripts/make_slips.py Makefile "seed x.csv" file=x.csv

Any Python 3.7 or newer runs it: it comes before the set-up.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
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


def main(makefile: str, goals: str, unknown: str, *given: str) -> None:
    """Print expected, found and next for the first slip.

    Of `given`, what nothing takes, whose names are in `unknown`, comes first, then what has no value.
    """
    text = Path(makefile).read_text(encoding="utf-8")
    targets = _list(text, "TARGETS")
    taken = {target: _list(text, f"TAKES_{target}") for target in targets}
    words = goals.split()
    known = [word for word in words if word in targets]
    stray = next((word for word in words if word not in targets), None)

    if stray is not None:
        say(*stray_word(stray, given, known, taken))
    elif unknown:
        say(*unknown_variable(given[0], given[1:], known, taken))
    else:
        say(*empty_variable(given, known))


def unknown_variable(
    slip: str, others: Sequence[str], known: list[str], taken: Mapping[str, list[str]]
) -> tuple[str, str, str]:
    """Return the three facts on a variable that none of the targets takes."""
    name, _, value = slip.partition("=")
    options = [option for target in known for option in taken[target]]
    # Variables that nothing takes are no part of the next command.
    kept = [each for each in with_value(others) if each.partition("=")[0] in options]
    owners = [target for target, of_target in taken.items() if name in of_target]
    if known and owners:
        elsewhere = f", or: {command([owners[0], slip])}" if len(owners) == 1 else ""
        return what_is_taken(known, options), slip, command([*known, *kept]) + elsewhere

    meant = closest(
        name.upper(), options or sorted({each for of_target in taken.values() for each in of_target})
    )
    repaired = with_value([f"{meant}={value}"]) if meant else []
    return "a variable that make help names", slip, command([*(known or ["help"]), *repaired, *kept])


def empty_variable(given: Sequence[str], known: list[str]) -> tuple[str, str, str]:
    """Return the three facts on a variable without a value: as if it were not there is not what was meant."""
    name = given[0].partition("=")[0]
    next_command = command([*known, *with_value(given)])
    return f"a value after {name}=", f"{name}= without one", f"{next_command}, or give {name}= a value"


def with_value(given: Sequence[str]) -> list[str]:
    """Return those of the variables that are given one."""
    return [each for each in given if each.partition("=")[2].strip()]


def stray_word(
    stray: str, given: Sequence[str], known: list[str], taken: Mapping[str, list[str]]
) -> tuple[str, str, str]:
    """Return the three facts on a word that is no target: a value, or a misspelt target."""
    variable = VARIABLE_OF_TARGET.get(known[0]) if known else None
    meant = [known[0]] if variable else [*known, *filter(None, [closest(stray.lower(), list(taken))])]
    kept = [each for each in given if any(each.partition("=")[0] in taken[target] for target in meant)]
    if variable:
        expected = f"{variable}= before a value of make {known[0]}"
        return expected, f"the word {stray}", command([known[0], f"{variable}={stray}", *kept])
    return "targets that make help names", f"the word {stray}", command([*meant, *kept] or ["help"])


def what_is_taken(known: Sequence[str], options: Sequence[str]) -> str:
    """Return in words which variables the targets take."""
    if not options:
        return f"no option after make {' '.join(known)}"
    return f"what make {' '.join(known)} takes: {' '.join(f'{option}=' for option in options)}"


def command(words: list[str]) -> str:
    """Return a make command that a shell reads as it is meant."""
    quoted = []
    for word in words:
        name, sign, value = word.partition("=")
        quoted.append(f"{name}={shlex.quote(value)}" if sign else name)
    return " ".join(["make", *quoted])


def closest(word: str, known: Sequence[str]) -> str:
    """Return what a word resembles; empty for nothing."""
    return next(iter(get_close_matches(word, known, n=1)), "")


def say(expected: str, found: str, next_command: str) -> None:
    """Print the three facts as every command does: no line of a terminal ends inside a word."""
    width = shutil.get_terminal_size(fallback=(10_000, 0)).columns
    whole_words = textwrap.TextWrapper(
        width, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False
    )
    for fact in (f"expected {expected}", f"found    {found}; nothing was run"):
        print(whole_words.fill(fact))
    print(f"next     {next_command}")


def _list(makefile: str, name: str) -> list[str]:
    line = re.search(rf"^{re.escape(name)} = (.*)$", makefile, re.M)
    return line[1].split() if line else []


if __name__ == "__main__":
    main(*sys.argv[1:])
