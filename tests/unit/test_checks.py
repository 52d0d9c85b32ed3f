"""The project's own checks: which files they look at, and that none is left out unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.checks import python_39, run_tests
from sandbox.errors import SandboxError
from sandbox.settings import Settings


def test_only_an_import_of_spark_exempts_a_file_from_python_3_9(tmp_path: Path) -> None:
    (tmp_path / "glue/jobs").mkdir(parents=True)
    (tmp_path / "glue/jobs/plain.py").write_text('"""Never imports pyspark."""\nimport json\n')
    (tmp_path / "glue/jobs/spark.py").write_text("import json\nfrom pyspark.sql import DataFrame\n")
    assert python_39(tmp_path) == ["glue/jobs/plain.py"]


def test_a_suite_without_tests_is_an_error_even_beside_one_that_has_some(tmp_path: Path) -> None:
    (tmp_path / "tests/unit").mkdir(parents=True)
    (tmp_path / "tests/unit/test_x.py").touch()
    with pytest.raises(SandboxError, match="tests/e2e"):
        run_tests(Settings(root=tmp_path, state=tmp_path), ["unit", "e2e"], "")
