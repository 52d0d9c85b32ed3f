"""The project's own checks: which files they look at, and that none is left out unnoticed."""

from __future__ import annotations

from pathlib import Path

from checkout import project_at

from glue_sandbox.dev.lint import python_39


def test_only_an_import_of_spark_exempts_a_file_from_python_3_9(tmp_path: Path) -> None:
    (tmp_path / "glue/jobs").mkdir(parents=True)
    (tmp_path / "glue/jobs/plain.py").write_text('"""Never imports pyspark."""\nimport json\n')
    (tmp_path / "glue/jobs/spark.py").write_text("import json\nfrom pyspark.sql import DataFrame\n")
    assert python_39(project_at(tmp_path)) == ["glue/jobs/plain.py"]
