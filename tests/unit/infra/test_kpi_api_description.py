"""Schemathesis asks the API for what its own description allows and forbids: no answer is an error of ours,
each fits its schema, and what the description forbids is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from dashboard_data import Served, sample, served_api
from hypothesis import HealthCheck, given, settings
from kpi_api_calls import described
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

PATHS = described()["paths"]
SCHEMA = schemathesis.openapi.from_dict(described())
ALLOWED, FORBIDDEN = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
WITH_PARAMETERS = [path for path, item in PATHS.items() if item["get"]["parameters"]]
REQUESTS = [*((path, ALLOWED) for path in PATHS), *((path, FORBIDDEN) for path in WITH_PARAMETERS)]
# That a cursor is one that was given, and `from` no later than `to`, is more than a schema can say.
MORE_THAN_SCHEMAS_SAY = [positive_data_acceptance]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with served_api() as found:
        found.show(sample())
        yield found


@pytest.mark.parametrize(("path", "mode"), REQUESTS, ids=[f"{path}-{mode.value}" for path, mode in REQUESTS])
def test_every_answer_is_one_that_the_description_promises(
    served: Served, path: str, mode: GenerationMode
) -> None:
    operation = SCHEMA[path]["GET"]

    @settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=served.url, excluded_checks=MORE_THAN_SCHEMAS_SAY)

    ask()
