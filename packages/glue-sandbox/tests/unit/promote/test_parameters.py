"""What an environment says of the templates' parameters: a slip is refused by name."""

from __future__ import annotations

import pytest

from glue_sandbox.deploy.templates import Template
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.environment import Buckets, Environment
from glue_sandbox.promote.parameters import require_known

TEMPLATES: tuple[Template, ...] = (
    {"Parameters": {"SparkWorkers": {"Type": "Number"}, "CrawlerName": {"Type": "String"}}},
    {"Resources": {}},
)


def environment(**parameters: str) -> Environment:
    return Environment(
        name="dev",
        account_id="111122223333",
        region="us-east-1",
        buckets=Buckets(data="acme-data", artifacts="acme-code"),
        parameters=parameters,
    )


def test_a_parameter_that_no_template_has_is_refused_with_the_one_it_resembles() -> None:
    with pytest.raises(SandboxError) as refused:
        require_known(environment(SparkWokers="3", CrawlerName="c"), TEMPLATES)
    error = refused.value
    assert error.expected == "under [parameters] of environments/dev.toml, parameters of the templates"
    assert error.found == "SparkWokers, which none has; SparkWorkers?"


def test_those_of_any_template_are_taken() -> None:
    require_known(environment(SparkWorkers="3", CrawlerName="c"), TEMPLATES)
    require_known(environment(), ())
