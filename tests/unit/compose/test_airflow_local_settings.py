"""Waits of DAGs for AWS are short on this machine, whatever the DAG says."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from types import ModuleType
from typing import Any

import pytest

from glue_sandbox.airflow.environment import LOCAL_SETTINGS


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("policy", LOCAL_SETTINGS / "airflow_local_settings.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def local_settings() -> ModuleType:
    return loaded()


def task(module: str, **attributes: Any) -> Any:
    return type("Step", (), {"__module__": module, **attributes})()


GLUE, SENSOR = "airflow.providers.amazon.aws.operators.glue", "airflow.providers.amazon.aws.sensors.glue"


@pytest.mark.parametrize(
    ("step", "name", "seconds"),
    [
        (task(GLUE, job_poll_interval=6), "job_poll_interval", 1),
        (task(GLUE, job_poll_interval=0.5), "job_poll_interval", 0.5),
        (task(SENSOR, poke_interval=60.0, mode="poke"), "poke_interval", 1),
        # Each poke of these goes through the scheduler.
        (task(SENSOR, poke_interval=60.0, mode="reschedule"), "poke_interval", 60),
        # These wait as often as they are told; a shorter wait would be a shorter time in all.
        (task(GLUE, waiter_delay=60, poll_interval=5), "waiter_delay", 60),
        (task("airflow.providers.standard.sensors.time", poke_interval=60.0), "poke_interval", 60),
    ],
)
def test_steps_of_aws_ask_after_a_second(
    local_settings: ModuleType, step: Any, name: str, seconds: float
) -> None:
    local_settings.ask_soon(step)
    assert getattr(step, name) == seconds


@pytest.mark.usefixtures("local_settings")
def test_the_log_of_a_task_does_not_say_where_each_client_found_its_keys_and_address() -> None:
    for name in ("botocore.credentials", "botocore.configprovider"):
        assert logging.getLogger(name).level == logging.WARNING


def test_a_warning_that_the_provider_causes_itself_is_left_out_and_no_other() -> None:
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        loaded()
        for text in ("ProvidersManager.hooks is deprecated. Use another.", "of the user's own"):
            warnings.warn(text, FutureWarning, stacklevel=1)
    assert [str(each.message) for each in shown] == ["of the user's own"]
