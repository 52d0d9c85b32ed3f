"""The local Glue service gets this tool's own words for every hint that it gives."""

from __future__ import annotations

import json

from glue_sandbox.glue_hints import glue_hints
from local_glue.hints import NAMES, VARIABLE, read_hints


def test_the_tool_has_words_for_every_hint() -> None:
    assert json.loads(glue_hints()[VARIABLE]).keys() == NAMES
    assert not [words for words in read_hints(glue_hints()[VARIABLE]).values() if "local-glue" in words]
