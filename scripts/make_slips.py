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
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from make_words import (
    EXAMPLES,
    MAY_HOLD_BLANKS,
    TARGETS_MEANT,
    VARIABLE_OF_TARGET,
    VARIABLES_MEANT,
    variables_meant,
)


def main(makefile: str, goals: str, unknown: str, *given: str) -> None:
    """Print expected, found and next, which has all that was typed, corrected.

    Of `given`, what nothing takes, whose names are in `unknown`, comes first, then what has no value.
    """
    text = Path(makefile).read_text(encoding="utf-8")
    targets = _list(text, "TARGETS")
    taken = {target: _list(text, f"TAKES_{target}") for target in targets}
    words, slips = goals.split(), unknown.split()
    known = [word for word in words if word in targets]
    if known != words:
        say(*stray_words(words, given, slips, taken))
    elif slips:
        say(*unknown_variables(given, slips, known, taken))
    else:
        say(*empty_variable(given, known))


def unknown_variables(
    given: Sequence[str], slips: Sequence[str], known: list[str], taken: Mapping[str, list[str]]
) -> tuple[str, str, str]:
    """Return the three facts on variables that none of the targets takes, whose names are the slips."""
    options = options_of(known or taken, taken)
    found = [each for each in given if each.partition("=")[0] in slips]
    kept = corrected(given, slips, options, taken)
    owners = [target for target in taken for each in found if each.partition("=")[0] in taken[target]]
    if not known:
        of_name = [target for target in taken if kept and kept[0].partition("=")[0] in taken[target]]
        next_command = command([*of_name, *kept]) if len(of_name) == 1 else "make help"
        return "a target before a variable", " ".join(found), next_command

    elsewhere = ""
    if len(owners) == 1 and not set(meant(found[0].partition("=")[0], options, taken)):
        elsewhere = f", or: {command([owners[0], found[0]])}"
    return what_is_taken(known, options), " ".join(found), command([*known, *kept]) + elsewhere


def corrected(
    given: Sequence[str], slips: Sequence[str], options: Sequence[str], taken: Mapping[str, list[str]]
) -> list[str]:
    """Return the variables that have a value, each under the name that was meant."""
    values: dict[str, str] = {}
    for each in with_value(given):
        name, _, value = each.partition("=")
        for right in meant(name, options, taken) if name in slips else [name]:
            values.setdefault(right, value)
    order = [*options, *values]
    return [f"{name}={values[name]}" for name in sorted(values, key=order.index)]


def meant(name: str, options: Sequence[str], taken: Mapping[str, list[str]]) -> list[str]:
    """Return which of the options a name stands for; one that other targets take resembles none."""
    if name.upper() in options:
        return [name.upper()]
    others = [each for each in VARIABLES_MEANT.get(name.upper(), ()) if each in options]
    is_elsewhere = name in options_of(taken, taken)
    return others or ([] if is_elsewhere else [*filter(None, [closest(name.upper(), options)])])


def options_of(targets: Iterable[str], taken: Mapping[str, list[str]]) -> list[str]:
    """Return what the targets take, each once."""
    return list(dict.fromkeys(option for target in targets for option in taken[target]))


def empty_variable(given: Sequence[str], known: list[str]) -> tuple[str, str, str]:
    """Return the three facts on a variable without a value: as if it were not there is not what was meant."""
    name = given[0].partition("=")[0]
    next_command = command([*known, *with_value(given)])
    return f"a value after {name}=", f"{name}= without one", f"{next_command}, or give {name}= a value"


def with_value(given: Sequence[str]) -> list[str]:
    """Return those of the variables that are given one."""
    return [each for each in given if each.partition("=")[2].strip()]


def stray_words(
    words: Sequence[str], given: Sequence[str], slips: Sequence[str], taken: Mapping[str, list[str]]
) -> tuple[str, str, str]:
    """Return the three facts on words that are no targets: values, variables, misspelt targets."""
    strays = [word for word in words if word not in taken]
    found = f"the word{'s' if len(strays) > 1 else ''} {' '.join(strays)}"
    known = [word for word in words if word in taken]
    options = options_of(known, taken)
    target = next((each for each in known if each in VARIABLE_OF_TARGET), known[0] if known else "")

    kept = corrected(given, slips, options, taken)
    named = values_of(strays, kept, target, options) if known else []
    if named:
        names = " and ".join(f"{each.partition('=')[0]}=" for each in named)
        variables = corrected([*named, *kept], [], options, taken)
        return f"{names} before a value of make {target}", found, command([*known, *variables])

    targets = [right for word in words for right in targets_meant(word, taken)]
    if "help" in targets:
        targets = ["help"]
    kept = corrected(given, slips, options_of(targets, taken), taken)
    return "targets that make help names", found, command([*targets, *kept] if targets else ["help"])


def values_of(strays: Sequence[str], kept: Sequence[str], target: str, options: Sequence[str]) -> list[str]:
    """Return the variables that words after a target stand for; empty if one of them stands for none."""
    named: list[str] = []
    values: list[str] = []
    before = ""
    for word in strays:
        if word.upper() in options:
            named.append(f"{word.upper()}={EXAMPLES.get(word.upper(), '1')}")
        elif before.upper() in options:
            named[-1] = f"{named[-1].partition('=')[0]}={word}"
        else:
            values.append(word)
        before = word
    if not values:
        return named

    cut = next((each for each in kept if each.partition("=")[0] in MAY_HOLD_BLANKS), None)
    if cut:
        return [*named, " ".join([cut, *values])]
    variables = variables_meant(values[0], target, options)
    if variables == ["FROM", "TO"]:
        return [*named, f"FROM={values[0]}", f"TO={values[-1]}"]
    return [*named, f"{variables[0]}={' '.join(values)}"] if variables else []


def targets_meant(word: str, taken: Mapping[str, list[str]]) -> Sequence[str]:
    """Return the targets that a word stands for: itself, those of another tool's word, or the nearest."""
    if word in taken:
        return [word]
    return TARGETS_MEANT.get(word.lower()) or [*filter(None, [closest(word.lower(), list(taken))])]


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
