"""What AWS's package calls in the JVM has an answer here, or stands in docs/dynamicframes.md as missing."""

from __future__ import annotations

import ast
import re

import pytest
from glue_service.servers import ENVS, ROOT

from local_glue.dynamicframe.frames.frame import Frame

AWSGLUE = ENVS / "glue/lib/python3.11/site-packages/awsglue"
HERE = ROOT / "packages/local-glue/src/local_glue/dynamicframe"
PAGE = (ROOT / "docs/dynamicframes.md").read_text()


def called(pattern: str) -> set[str]:
    """Return the names that AWS's modules call on something."""
    return {
        name
        for path in (*AWSGLUE.glob("*.py"), *AWSGLUE.glob("transforms/*.py"))
        for name in re.findall(pattern, path.read_text())
    }


def defined(file: str, owner: str) -> set[str]:
    """Return the methods of a class of ours, without importing what it needs in a job."""
    tree = ast.parse((HERE / file).read_text())
    (found,) = (one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == owner)
    return {one.name for one in found.body if isinstance(one, ast.FunctionDef)}


@pytest.fixture(autouse=True)
def _installed() -> None:
    if not AWSGLUE.is_dir():
        pytest.skip("the jobs' environment is not set up: which calls are answered is not proven")


def test_every_method_of_a_frame_is_answered() -> None:
    assert called(r"_jdf\.(\w+)\(") - set(dir(Frame)) == set()


def test_what_the_context_lacks_is_on_the_page() -> None:
    missing = called(r"_ssql_ctx\.(\w+)\(") - defined("gluecontext.py", "ScalaGlueContext")
    assert missing == {"startTransaction", "commitTransaction", "cancelTransaction"}
    assert "transactions of governed tables" in PAGE


@pytest.mark.parametrize(
    ("pattern", "file", "owner"),
    [
        (r"_jsource\.(\w+)\(", "sources/s3.py", "FileSource"),
        (r"_jsink\.(\w+)\(", "sinks/files.py", "FileSink"),
        (r"_job\.(\w+)\(", "bookmarks/bookmarks.py", "Bookmarks"),
    ],
)
def test_every_method_of_sources_sinks_and_jobs_is_answered(pattern: str, file: str, owner: str) -> None:
    answered = defined(file, owner) | (defined("sinks/sink.py", "Sink") if owner == "FileSink" else set())
    assert called(pattern) - answered == set()


def test_every_class_of_glue_is_answered_or_on_the_page() -> None:
    text = (HERE / "jvm.py").read_text()
    missing = {name for name in called(r"_jvm\.([A-Z]\w+)") if f'"{name}"' not in text}
    # GlueContext and its logger are made by a constructor of our own.
    assert missing - {"GlueContext", "GlueLogger"} == {"AWSConnectionUtils"}
    assert "AWSConnectionUtils" in PAGE
