"""DQDL: the text of a ruleset as rules. Source: "DQDL reference" in the Glue developer guide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from local_glue.dynamicframe.refusals import unsupported

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:\\.|[^"\\])*")
    |(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>!=|>=|<=|[=<>()\[\],])""",
    re.X,
)
_COMPARISONS = ("=", "!=", ">", ">=", "<", "<=")
Operand = float | str
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Condition:
    """What a value must be: `> 5`, `between 1 and 3`, `in ["a", "b"]`, `matches "[a-z]+"`."""

    operator: str
    operands: tuple[Operand, ...]
    is_negated: bool = False

    def holds(self, value: float) -> bool:
        """Return whether a number meets it; a range is without its ends, as AWS has it."""
        first = float(self.operands[0])
        met = {
            "=": value == first,
            "!=": value != first,
            ">": value > first,
            ">=": value >= first,
            "<": value < first,
            "<=": value <= first,
            "between": first < value < float(self.operands[-1]),
            "in": value in self.operands,
        }
        return met[self.operator] != self.is_negated

    @property
    def is_of_numbers(self) -> bool:
        """Return whether it compares numbers."""
        return all(isinstance(operand, float) for operand in self.operands)


@dataclass(frozen=True)
class Rule:
    """One rule, or several in brackets that `and` or `or` joins."""

    text: str
    kind: str
    columns: tuple[str, ...] = ()
    condition: Condition | None = None
    parts: tuple[Rule, ...] = field(default=())


class RulesetError(ValueError):
    """A ruleset that is not written as DQDL has it."""


def parse(ruleset: str) -> list[Rule]:
    """Return the rules of a ruleset.

    Raises:
        RulesetError: it is no DQDL.
        NotImplementedError: it has a part of DQDL that is not here.
    """
    return _Parser(ruleset).rules()


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Parser:
    def __init__(self, ruleset: str) -> None:
        self._ruleset = ruleset
        self._tokens = list(_tokens(ruleset))
        self._at = 0

    def rules(self) -> list[Rule]:
        section = self._take("word").text
        if section != "Rules":
            raise unsupported(f"{section} in a ruleset of data quality is not here: write Rules = [...].")
        self._take("sign", "=")
        found = self._listed(self._rule)
        if self._peek().kind != "end":
            raise unsupported(
                f"{self._peek().text!r} behind the rules of data quality is not here: give rules alone."
            )
        return found

    def _rule(self) -> Rule:
        start = self._peek().start
        if not self._next_is("("):
            return self._plain(start)
        parts, joint = [self._bracketed()], ""
        while self._peek().text in {"and", "or"}:
            word = self._take("word").text
            if joint not in {"", word}:
                raise unsupported("A rule of data quality that mixes `and` with `or` is not here: split it.")
            joint = word
            parts.append(self._bracketed())
        return parts[0] if not joint else Rule(self._text(start), joint, parts=tuple(parts))

    def _bracketed(self) -> Rule:
        self._take("sign", "(")
        rule = self._rule()
        self._take("sign", ")")
        return rule

    def _plain(self, start: int) -> Rule:
        kind = self._take("word").text
        columns = []
        while self._peek().kind == "text":
            columns.append(_unquoted(self._take("text").text))
        condition = self._condition()
        if self._peek().text in {"where", "with"}:
            raise unsupported(
                f"`{self._peek().text}` in the rule {self._text(start)!r} of data quality is not here: "
                "filter the frame before, or run this job on AWS."
            )
        return Rule(self._text(start), kind, tuple(columns), condition)

    def _condition(self) -> Condition | None:
        is_negated = self._peek().text == "not"
        if is_negated:
            self._take("word")
        operator = self._peek().text
        if operator in _COMPARISONS and not is_negated:
            self._take("sign")
            return Condition(operator, (self._operand(),))
        if operator == "between":
            self._take("word")
            low = self._operand()
            self._take("word", "and")
            return Condition(operator, (low, self._operand()), is_negated)
        if operator == "in":
            self._take("word")
            return Condition(operator, tuple(self._listed(self._operand)), is_negated)
        if operator == "matches":
            self._take("word")
            return Condition(operator, (_unquoted(self._take("text").text),), is_negated)
        if is_negated:
            raise self._error("a word")
        return None

    def _listed(self, item: Callable[[], _Item]) -> list[_Item]:
        self._take("sign", "[")
        items = [item()]
        while self._next_is(","):
            self._take("sign", ",")
            items.append(item())
        self._take("sign", "]")
        return items

    def _operand(self) -> Operand:
        token = self._peek()
        if token.kind == "word":
            raise unsupported(
                f"{token.text!r} as the value of a rule of data quality is not here: "
                "give a number or a text in double quotes."
            )
        if token.kind == "number":
            return float(self._take("number").text)
        return _unquoted(self._take("text").text)

    def _next_is(self, sign: str) -> bool:
        return self._peek().text == sign

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, kind: str, text: str = "") -> _Token:
        token = self._peek()
        if token.kind != kind or (text and token.text != text):
            raise self._error(repr(text) if text else f"a {kind}")
        self._at += 1
        return token

    def _error(self, expected: str) -> RulesetError:
        token = self._peek()
        line = self._ruleset.count("\n", 0, token.start) + 1
        found = repr(token.text) if token.text else "its end"
        return RulesetError(f"Expected {expected} in line {line} of the ruleset, found {found}.")

    def _text(self, start: int) -> str:
        written = self._ruleset[start : self._tokens[self._at - 1].end]
        return " ".join(written.split())


def _tokens(ruleset: str) -> Iterator[_Token]:
    at = 0
    while at < len(ruleset):
        match = _TOKEN.match(ruleset, at)
        if match is None or match.lastgroup is None:
            line = ruleset.count("\n", 0, at) + 1
            raise RulesetError(f"Expected DQDL in line {line} of the ruleset, found {ruleset[at]!r}.")
        if match.lastgroup != "space":
            yield _Token(match.lastgroup, match.group(), at, match.end())
        at = match.end()
    yield _Token("end", "", at, at)


def _unquoted(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])
