"""Random requests, from the API's own description: no answer is an error of ours, each fits its schema."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from kpi_api_calls import DATE, call, described, use_tables

DOCUMENT = described()
PATHS = sorted(DOCUMENT["paths"])
days = st.sampled_from([DATE, "2024-06-24", "2024-02-30", "0000-00-00", "9999-12-31"])
values = st.one_of(
    days, st.text(max_size=20), st.integers(-1, 1001).map(str), st.sampled_from(["pop", "streams"])
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, str]:
    """A path of the description, what was sent to it, and a query of its parameters and others."""
    path = draw(st.sampled_from(PATHS))
    known = [each["name"] for each in DOCUMENT["paths"][path]["get"]["parameters"] if each["in"] == "query"]
    query = draw(st.lists(st.tuples(st.sampled_from([*known, "other"]), values), max_size=4))
    return path, path.replace("{date}", draw(values)), urlencode(query)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    use_tables(monkeypatch)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests())
def test_every_answer_is_one_that_the_description_promises(request_: tuple[str, str, str]) -> None:
    path, sent, query = request_
    answer = call(sent, query)
    status, content_type = answer["statusCode"], answer["headers"]["content-type"]
    promised = DOCUMENT["paths"][path]["get"]["responses"]
    assert str(status) in promised, answer["body"]
    schema: dict[str, Any] = promised[str(status)]["content"][content_type]["schema"]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(
        json.loads(answer["body"])
    )
