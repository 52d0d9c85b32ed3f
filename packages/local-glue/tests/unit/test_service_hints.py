"""Messages say what to type next in the words of whoever started the service."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import local_glue
from local_glue.hints import VARIABLE, hint, read_hints
from local_glue.settings import SettingsError, read_settings

SOURCES = Path(local_glue.__file__).parent


def test_by_itself_the_service_names_its_own_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert hint("set_up") == "`local-glue setup`"


def test_a_tool_gives_its_own_words_for_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, '{"set_up": "`make setup`"}')
    assert (hint("set_up"), hint("list_operations")) == ("`make setup`", "`local-glue coverage`")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting property name"),
        ("[]", "found no object of strings"),
        ('{"set_up": 1}', "found no object of strings"),
        ('{"setup": "x"}', "found setup, which is none of allow_host, allow_origin"),
    ],
)
def test_words_that_nobody_reads_end_the_start(text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=rf"^GLUE_HINTS must be a JSON object of hints by name: {reason}"):
        read_settings({VARIABLE: text})


def test_every_hint_that_the_code_asks_for_has_words() -> None:
    asked = {
        name
        for file in SOURCES.rglob("*.py")
        for name in re.findall(r"""\bhint\(["'](\w+)["']\)""", file.read_text(encoding="utf-8"))
    }
    assert asked == read_hints("").keys()


def test_no_message_names_a_target_of_make() -> None:
    named = [
        file.name for file in SOURCES.rglob("*.py") if re.search(r"`make [a-z]", file.read_text("utf-8"))
    ]
    assert named == []
