"""What MWAA exports: variables of the project file, and of the environment above them."""

from __future__ import annotations

import os
import subprocess
from types import SimpleNamespace
from typing import Any

from glue_sandbox.promote.airflow.startup_script import startup_script

PROJECT: Any = SimpleNamespace(
    airflow=SimpleNamespace(
        environment={
            "A_BUCKET": "{data_bucket}",
            "A_TOPIC": "arn:{region}:{TopicName}",
            "A_SCHEDULE": "{schedule}",
            "A_PASSWORD": "{airflow_password}",
            "A_POLL": "0.5",
        }
    )
)
VALUES = {"data_bucket": "b", "region": "eu-west-1", "TopicName": "it's", "schedule": "*/5 * * * *"}


def exported(own: dict[str, str]) -> dict[str, str]:
    """What a shell has after the script."""
    environment: Any = SimpleNamespace(name="dev", airflow=SimpleNamespace(environment=own))
    script = startup_script(PROJECT, environment, VALUES).decode()
    done = subprocess.run(
        ["sh", "-c", f"{script}\nenv"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return {name: value for name, value in pairs.items() if name.startswith("A_")}


def test_a_shell_gets_the_values_as_they_are_and_nothing_that_only_a_sandbox_knows() -> None:
    assert exported({}) == {
        "A_BUCKET": "b",
        "A_TOPIC": "arn:eu-west-1:it's",
        "A_SCHEDULE": "*/5 * * * *",
        "A_POLL": "0.5",
    }


def test_the_environment_s_own_come_first_and_an_empty_one_is_left_out() -> None:
    found = exported({"A_POLL": "", "A_SCHEDULE": "@daily", "A_MORE": "{region}"})
    assert found["A_SCHEDULE"] == "@daily"
    assert found["A_MORE"] == "eu-west-1"
    assert "A_POLL" not in found
