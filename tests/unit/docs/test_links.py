"""A reader of any page can follow it: links lead somewhere, commands exist, examples are whole."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from deliveries import ROOT
from pages import FENCED, LINK, PAGES, anchors, code, prose, text

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@each_page
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@each_page
def test_every_path_of_the_project_is_there(page: Path) -> None:
    """But for those that a reader is to make, which are my_…, and those with a place for a name."""
    top = "|".join(
        re.escape(folder.name) for folder in ROOT.iterdir() if folder.is_dir() and folder.name != ".sandbox"
    )
    paths = re.findall(rf"`((?:{top})/[^`\s]*)`", prose(page))
    assert [path for path in paths if not re.search(r"[<*…]|my_", path) and not (ROOT / path).exists()] == []


@each_page
def test_every_make_command_is_a_target(page: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", text(ROOT / "Makefile"), re.M))
    # `make down up` names two targets.
    calls = re.findall(r"\bmake((?: -s| [a-z][a-z0-9-]*(?![\w=]))+)", code(page))
    named = {word for call in calls for word in call.split()}
    assert named - {"-s"} - targets == set()


@each_page
def test_every_python_example_is_formatted_as_the_code_is(page: Path) -> None:
    ruff = str(Path(sys.executable).with_name("ruff"))
    for _, language, block in FENCED.findall(text(page)):
        if language == "python":
            example = textwrap.dedent(block)
            command = [ruff, "format", "--no-cache", "--config", str(ROOT / "pyproject.toml"), "-"]
            formatted = subprocess.run(command, input=example, capture_output=True, text=True, check=True)
            assert formatted.stdout == example
