"""What AWS's package calls in the JVM has an answer here, or docs/dynamicframe-coverage.md says no."""

from __future__ import annotations

import pytest
from frame_coverage.code import AWSGLUE, missing_calls
from frame_coverage.page import PAGE, missing_methods, page


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not AWSGLUE.is_dir():
        pytest.skip("the jobs' environment is not set up: which calls are answered is not proven")


def test_the_page_is_what_the_code_says() -> None:
    again = "make it again: .sandbox/envs/dev/bin/python packages/local-glue/tests/frame_coverage"
    assert PAGE.read_text(encoding="utf-8") == page(), again


def test_all_that_awss_modules_call_is_answered_but_for_transactions_and_developer_endpoints() -> None:
    modules = (*AWSGLUE.glob("*.py"), *AWSGLUE.glob("transforms/*.py"))
    missing = {name for path in modules for name in missing_calls(path.read_text(encoding="utf-8"))}
    transactions = {f"_ssql_ctx.{verb}Transaction" for verb in ("start", "commit", "cancel")}
    assert missing == transactions | {"_jvm.AWSConnectionUtils"}


def test_what_is_missing_is_said_where_it_is_called() -> None:
    assert missing_methods() == {
        f"GlueContext.{verb}_transaction": [f"_ssql_ctx.{verb}Transaction"]
        for verb in ("start", "commit", "cancel")
    }
