"""The templates' roles grant what the sample's runs needed, and nothing else, unless a reason is given."""

from __future__ import annotations

import httpx
import pytest
from e2e.harness import Sandbox

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]
pytestmark.append(pytest.mark.usefixtures("delivered"))


def test_each_grant_was_used_or_has_a_reason(sandbox: Sandbox) -> None:
    for url in sandbox.status["apis"].values():
        httpx.get(f"{url}metrics", timeout=60).raise_for_status()
        (day, *_) = httpx.get(f"{url}days", timeout=60).raise_for_status().json()["items"]
        for path in (f"days/{day['listen_date']}", "metrics"):
            httpx.get(url + path, timeout=60).raise_for_status()
    done = sandbox.attempt("permissions")
    if sandbox.mode == "containers":  # Spark and crawlers ask LocalStack there, past anything of ours
        assert "dynamodb:BatchWriteItem" in done.stdout, done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_least_policy_of_the_jobs_names_their_tables(sandbox: Sandbox) -> None:
    done = sandbox.command("permissions", "--policy", "JobsRole")
    assert ":table/track_level_reports" in done
    assert '"Resource": "*"' not in done
