"""The project's smoke test is called with the environment, and what it says reaches the person."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.smoke import Deployed, run_smoke_test

AIRFLOW = SimpleNamespace(dags="s3://b/dags/")


def project(test: Any, *, is_named: bool = True) -> Any:
    commands = SimpleNamespace(smoke_test="music.smoke:try_it" if is_named else None)
    module = {"music.smoke": SimpleNamespace(try_it=test)}.__getitem__
    return SimpleNamespace(name="music", commands=commands, module=module)


def target(airflow: Any = AIRFLOW) -> Any:
    buckets = SimpleNamespace(data="music-dev")
    environment = SimpleNamespace(name="dev", stacks=None, buckets=buckets, airflow=airflow)
    return SimpleNamespace(environment=environment, session="session")


def test_it_is_given_the_environment() -> None:
    given: list[Deployed] = []
    run_smoke_test(project(given.append), target(), 2, print)
    (deployed,) = given
    assert deployed == Deployed("dev", "session", "music-dev", "music-dev", 120, print)  # type: ignore[arg-type]


def test_a_failure_says_that_the_release_is_there_and_the_way_back() -> None:
    def fails(_: Deployed) -> None:
        raise SandboxError("KPIs", "none", "look at the DAG")

    with pytest.raises(SandboxError) as caught:
        run_smoke_test(project(fails), target(), 2, print)
    assert caught.value.expected == "a release that works: KPIs"
    assert caught.value.found == "none (the release is there)"
    assert caught.value.next_command == "look at the DAG; or back: make rollback TARGET=dev"


@pytest.mark.parametrize(
    ("is_named", "airflow", "minutes", "reason"),
    [
        (False, AIRFLOW, 2, "sandbox.toml names none"),
        (True, None, 2, "environments/dev.toml has no [airflow]"),
        (True, AIRFLOW, 0, "SMOKE_WAIT=0"),
    ],
)
def test_without_one_it_says_why(is_named: bool, airflow: Any, minutes: float, reason: str) -> None:
    def must_not_run(_: Deployed) -> None:
        raise AssertionError

    said: list[str] = []
    run_smoke_test(project(must_not_run, is_named=is_named), target(airflow), minutes, said.append)
    (line,) = said
    assert line.startswith(f"no smoke test: {reason}")
