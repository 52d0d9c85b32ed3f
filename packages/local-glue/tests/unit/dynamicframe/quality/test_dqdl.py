"""Rulesets of data quality as Glue Studio and people write them."""

from __future__ import annotations

import pytest

from local_glue.dynamicframe.quality.dqdl import Condition, RulesetError, parse
from local_glue.dynamicframe.refusals import refused


@pytest.fixture(autouse=True)
def _nothing_stays_refused() -> None:
    refused.clear()


@pytest.mark.parametrize(
    ("text", "kind", "columns", "condition"),
    [
        ("ColumnCount > 0", "ColumnCount", (), Condition(">", (0.0,))),
        ("RowCount between 1 and 2.5", "RowCount", (), Condition("between", (1.0, 2.5))),
        ('IsComplete "order id"', "IsComplete", ("order id",), None),
        ('IsUnique "a" "b"', "IsUnique", ("a", "b"), None),
        ('Completeness "a" >= 0.95', "Completeness", ("a",), Condition(">=", (0.95,))),
        ('ColumnValues "a" in ["x", "y,]"]', "ColumnValues", ("a",), Condition("in", ("x", "y,]"))),
        ('ColumnValues "a" not in [ 1, -2 ]', "ColumnValues", ("a",), Condition("in", (1.0, -2.0), True)),
        (r'ColumnValues "a" matches "\"\\d+"', "ColumnValues", ("a",), Condition("matches", ('"\\d+',))),
        ('ColumnValues "a" not between 1 and 2', "ColumnValues", ("a",), Condition("between", (1, 2), True)),
    ],
)
def test_a_rule(text: str, kind: str, columns: tuple[str, ...], condition: Condition | None) -> None:
    (rule,) = parse(f"\n    Rules = [\n        {text}\n    ]\n")
    assert (rule.text, rule.kind, rule.columns, rule.condition) == (text, kind, columns, condition)


def test_rules_are_in_order_and_comments_are_none() -> None:
    rules = parse('Rules = [ # all\n IsComplete "a", # of it\n RowCount   >\n 1 ]')
    assert [rule.text for rule in rules] == ['IsComplete "a"', "RowCount > 1"]


def test_rules_in_brackets_are_joined() -> None:
    (rule,) = parse('Rules = [ (IsComplete "a") and ((IsUnique "b") or (RowCount > 1)) ]')
    assert rule.text == '(IsComplete "a") and ((IsUnique "b") or (RowCount > 1))'
    assert (rule.kind, rule.parts[1].kind) == ("and", "or")
    assert [part.kind for part in rule.parts[1].parts] == ["IsUnique", "RowCount"]


@pytest.mark.parametrize(
    ("ruleset", "said"),
    [
        ("Rules = [ ]", "Expected a word in line 1 of the ruleset, found ']'."),
        (
            'Rules = [\n IsComplete "a"\n IsUnique "a" ]',
            "Expected ']' in line 3 of the ruleset, found 'IsUnique'.",
        ),
        ("Rules = [ RowCount > ", "Expected a text in line 1 of the ruleset, found its end."),
        ("Rules = [ RowCount ; 1 ]", "Expected DQDL in line 1 of the ruleset, found ';'."),
        ('Rules = [ ColumnValues "a" not > 1 ]', "Expected a word in line 1 of the ruleset, found '>'."),
    ],
)
def test_what_is_no_dqdl_is_named_with_its_line(ruleset: str, said: str) -> None:
    with pytest.raises(RulesetError) as raised:
        parse(ruleset)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("ruleset", "named"),
    [
        ('Analyzers = [ Mean "a" ]', "Analyzers"),
        ('Rules = [ IsComplete "a" ] Analyzers = [ Mean "a" ]', "'Analyzers'"),
        ('Rules = [ IsComplete "a" where "b > 1" ]', "`where`"),
        ('Rules = [ ColumnValues "a" > 1 with threshold > 0.9 ]', "`with`"),
        ("Rules = [ RowCount > avg(last(3)) ]", "'avg'"),
        ('Rules = [ (IsComplete "a") and (IsComplete "b") or (IsComplete "c") ]', "mixes"),
    ],
)
def test_what_is_not_here_is_refused_by_its_name(ruleset: str, named: str) -> None:
    with pytest.raises(NotImplementedError, match=named):
        parse(ruleset)
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (Condition("between", (1.0, 3.0)), [False, True, False]),
        (Condition("between", (1.0, 3.0), True), [True, False, True]),
        (Condition("in", (1.0, 2.0)), [True, True, False]),
        (Condition("!=", (2.0,)), [True, False, True]),
        (Condition("<=", (2.0,)), [True, True, False]),
    ],
)
def test_a_range_is_without_its_ends(condition: Condition, met: list[bool]) -> None:
    assert [condition.holds(value) for value in (1.0, 2.0, 3.0)] == met
