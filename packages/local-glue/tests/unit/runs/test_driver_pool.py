"""Warm drivers are made ahead, and none outlives the service."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest
from glue_service.waiting import wait_for

from local_glue.runs.spark.drivers.driver_pool import DriverPool
from local_glue.settings import read_settings


def test_a_warm_driver_that_is_begun_as_the_service_ends_is_discarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(
        {
            "GLUE_STATE_DIR": str(tmp_path),
            "GLUE_JOB_PYTHON": "/bin/false",
            "GLUE_EMULATOR_URL": "http://127.0.0.1:9",
            "GLUE_SPARK_HOME": str(tmp_path),
            "GLUE_QUIET_SECONDS": "0",
        }
    )
    drivers, driver = DriverPool(settings, lambda: True), Mock()

    def begin(*_: object) -> Mock:
        drivers.close()
        return driver

    monkeypatch.setattr("local_glue.runs.spark.drivers.driver_pool.WarmDriver", begin)
    drivers.start()
    wait_for("the driver to be discarded", lambda: driver.mock_calls)
    assert [name for name, *_ in driver.mock_calls] == ["discard"]
    assert drivers.ready == 0
    assert drivers.acquire() is None
