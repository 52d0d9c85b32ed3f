"""Whatever a client sends, every built operation answers, soon, and never by a bug of ours.

    FUZZ=5000 make test-service ARGS="-k fuzz"

spreads at least so many requests over the operations; without it, each gets a few.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_service import model
from local_service.app import App
from local_service.registry import coverage
from local_service.settings import read_settings

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
WANTED = int(os.environ.get("FUZZ", "0"))
# A tenth more: an operation with few possible inputs gets fewer.
EXAMPLES = -(-WANTED * 11 // 10 // len(coverage().built)) or 40
SLOWEST_SECONDS = 5.0
# Few names, so that requests meet what others made.
NAMES = st.sampled_from(["a", "b", "A", "a/b", "jr_x", "c" * 255, "☂"])
# What these members mean is in their text, which no sampled name would hit.
TEXTS = {
    "Expression": [
        "a = 'x'",
        "A IN (1, '2') AND NOT b IS NULL",
        "a BETWEEN 1 AND 2 OR (b LIKE '%')",
        "(",
        ".*",
    ],
    "Schedule": ["cron(0 1 * * ? *)", "cron(0/5 * ? * MON-FRI *)", "", "cron()"],
    "Configuration": [
        "{}",
        '{"Grouping": {"TableLevelConfiguration": 2}}',
        "[",
        "[]",
        '{"CrawlerOutput": 1}',
    ],
    "NextToken": ["eyJhZnRlciI6ICJhIn0=", "e30=", "x"],
    "VersionId": ["0", "1", "x"],
    "Path": ["s3://a/b", "s3://", "a"],
    "Type": ["string", "int", "date", "timestamp", "decimal(3,1)", "LONG"],
    "FieldValue": ["1", "RUNNING"],
    "ResourceArn": ["arn:aws:glue:us-east-1:000000000000:job/a", "arn"],
}
sent: list[float] = []


def member_values(name: str, shape: Any, depth: int) -> st.SearchStrategy[Any]:
    """Give values of a member."""
    usual = values(shape, depth)
    is_text = shape.type_name == "string" and not shape.enum
    return st.sampled_from(TEXTS[name]) | usual if name in TEXTS and is_text else usual


def values(shape: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Give values of a shape, now and then broken."""
    right: st.SearchStrategy[Any]
    if shape.type_name == "structure":
        required = {
            name: member_values(name, shape.members[name], depth + 1) for name in shape.required_members
        }
        optional = {
            name: member_values(name, member, depth + 1)
            for name, member in shape.members.items()
            if name not in required and depth < 3
        }
        right = st.fixed_dictionaries(required, optional={} if depth > 2 else optional)
    elif shape.type_name == "list":
        right = st.lists(values(shape.member, depth + 1), max_size=2)
    elif shape.type_name == "map":
        right = st.dictionaries(NAMES, values(shape.value, depth + 1), max_size=2)
    elif shape.type_name == "string":
        right = st.sampled_from(shape.enum) if shape.enum else NAMES
    elif shape.type_name == "boolean":
        right = st.booleans()
    else:
        right = st.integers(0, 5)
    return right if depth == 0 else st.one_of(*[right] * 19, ANY_JSON)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The application without a server; what it starts can't reach anything."""
    state = str(tmp_path_factory.mktemp("fuzz"))
    found = App(
        read_settings(
            {
                "GLUE_STATE_DIR": state,
                "GLUE_JOB_PYTHON": "/bin/false",
                "GLUE_EMULATOR_URL": "http://127.0.0.1:9",
            }
        )
    )
    found.runs.start = lambda *_: None  # type: ignore[method-assign]
    found.crawls.start = lambda *_: None  # type: ignore[method-assign]
    yield found
    print(f"\n{len(sent)} requests, the slowest took {max(sent, default=0):.3f} s")


@pytest.mark.parametrize("operation", coverage().built)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_request_meets_a_bug(app: App, operation: str, data: st.DataObject) -> None:
    params = data.draw(values(model.input_shape(operation)))
    started = time.monotonic()
    answer = app.answer(operation, "", json.dumps(params).encode())
    sent.append(time.monotonic() - started)
    assert sent[-1] < SLOWEST_SECONDS
    assert answer.status in (200, 400), answer.body
    if answer.status == 200:
        known = model.output_shape(operation)
        assert set(json.loads(answer.body)) <= set(known.members if known else ())


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=200), operation=st.sampled_from(coverage().built))
def test_no_body_meets_a_bug(app: App, operation: str, body: bytes) -> None:
    assert app.answer(operation, "", body).status in (200, 400)


def test_as_many_requests_were_sent_as_asked_for(app: App) -> None:
    assert len(sent) >= WANTED


def test_the_store_is_where_the_settings_say(app: App) -> None:
    assert Path(app.settings.database).exists()
