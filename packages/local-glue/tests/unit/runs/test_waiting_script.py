"""A Python that waits for its run becomes what a new one would be, or a new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import local_glue.runs

RUNS = Path(local_glue.runs.__file__).parent
WAITING = RUNS / "spark" / "drivers" / "waiting_script.py"
STUB = """
from unittest.mock import MagicMock

def stub(*_, **__):
    return MagicMock()
"""
STUBS = {
    "boto3/session.py": f"{STUB}\nSession = stub",
    "boto3/__init__.py": "",
    "boto3/s3/__init__.py": "",
    "boto3/s3/inject.py": "",
    "pyspark/__init__.py": "",
    "pyspark/sql/__init__.py": "",
    "pyspark/sql/functions.py": "",
    "pyspark/sql/window.py": "",
    "py4j/__init__.py": "",
    "py4j/java_gateway.py": f"{STUB}\nJavaGateway = GatewayParameters = stub",
}
SHOWS = """
import json, os, sys
import boto3
print(json.dumps({
    "env": dict(os.environ),
    "cwd": os.getcwd(),
    "argv": sys.argv,
    "path": sys.path,
    "input": sys.stdin.read(),
    "main": [__name__, __file__, str(sys.flags)],
    "boto3": boto3.__file__,
    "has_waited": "pyspark.sql.window" in sys.modules,
    "customized": "sitecustomize" in sys.modules and getattr(sys.modules["sitecustomize"], "is_ours", False),
}))
"""


class Run:
    """What a run is started with: a folder of its own, and the modules that all find."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stubs = folder / "stubs"
        for name, text in STUBS.items():
            self.put(f"stubs/{name}", text)
        self.script = self.put("script/job.py", SHOWS)
        self.put("properties", "")
        self.env = self.base = {
            "PYTHONPATH": str(self.stubs),
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYSPARK_GATEWAY_PORT": "1",
            "PYSPARK_GATEWAY_SECRET": "s",
        }

    def put(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def with_path(self, *entries: str) -> None:
        path = os.pathsep.join([*(str(self.folder / entry) for entry in entries), str(self.stubs)])
        self.env = {**self.base, "PYTHONPATH": path, "AWS_ACCESS_KEY_ID": "of the run"}

    @property
    def argv(self) -> list[str]:
        self.put("arguments", json.dumps(["--day", "2024-06-25"]))
        report = [str(self.folder / name) for name in ("error", "refused", "arguments")]
        run_script = str(RUNS / "process" / "run_script.py")
        return [str(WAITING.with_name("attach.py")), "properties", run_script, *report, str(self.script)]

    def shown(self, command: list[str], env: dict[str, str], told: str = "") -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, *command], env=env, cwd=self.folder, input=told, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    def in_a_new_one(self) -> dict[str, Any]:
        return self.shown(self.argv, self.env)

    def in_the_one_that_waits(self, becomes_new: bool = False) -> dict[str, Any]:
        told = {"argv": self.argv, "env": self.env, "cwd": str(self.folder)}
        seen = self.shown([str(WAITING)], self.base, json.dumps(told) + "\n")
        assert seen["has_waited"] is not becomes_new
        return {**seen, "has_waited": False}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_the_script_sees_what_it_would_see_in_a_new_one(run: Run) -> None:
    run.put("modules/mine.py", "")
    run.with_path("modules", "none-there")
    seen = run.in_the_one_that_waits()
    assert seen == run.in_a_new_one()
    assert seen["env"]["AWS_ACCESS_KEY_ID"] == "of the run"
    assert (seen["argv"][1:], seen["input"]) == (["--day", "2024-06-25"], "")


@pytest.mark.parametrize(
    ("file", "text", "finding"),
    [
        ("modules/boto3.py", "", "boto3"),
        ("modules/boto3/__init__.py", "", "boto3"),
        ("modules/sitecustomize.py", "is_ours = True", "customized"),
        ("script/boto3.py", "", "boto3"),
    ],
)
def test_a_module_that_is_elsewhere_for_the_run_is_imported_from_there(
    run: Run, file: str, text: str, finding: str
) -> None:
    run.with_path("modules")
    without = run.in_the_one_that_waits()[finding]
    run.put(file, text)
    seen = run.in_the_one_that_waits(becomes_new=True)
    assert seen == run.in_a_new_one()
    assert seen[finding] != without


def test_a_variable_that_counts_at_the_start_counts(run: Run) -> None:
    run.env = {**run.base, "PYTHONOPTIMIZE": "2"}
    seen = run.in_the_one_that_waits(becomes_new=True)
    assert seen == run.in_a_new_one()
    assert "optimize=2" in seen["main"][2]


def test_a_script_that_fails_says_so_as_in_a_new_one(run: Run) -> None:
    run.script.write_text("def fails():\n    return 1 / 0\n\nfails()\n")
    told = json.dumps({"argv": run.argv, "env": run.env, "cwd": str(run.folder)}) + "\n"
    done = subprocess.run(
        [sys.executable, str(WAITING)],
        env=run.base,
        cwd=run.folder,
        input=told,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == done.stderr.count("ZeroDivisionError") == 1
    assert "waiting_script" not in done.stderr
    assert (run.folder / "error").read_text() == "ZeroDivisionError: division by zero"


def test_nobody_s_script_ends_with_its_input(run: Run) -> None:
    done = subprocess.run(
        [sys.executable, str(WAITING)], env=run.base, input="", capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
