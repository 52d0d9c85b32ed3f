"""The README is short, and what it says of folders, columns and sizes is so."""

from __future__ import annotations

import re
import subprocess

from deliveries import ROOT
from pages import FENCED, rows, section, text

from glue_sandbox.doctor import IMAGES_GB, NEEDED_DISK_GB, NEEDED_MEMORY_GB
from glue_sandbox.images.selection import SLIM
from music_streams.contracts import INPUTS

README = ROOT / "README.md"


def test_it_fits_a_screen_or_four() -> None:
    assert len(text(README).splitlines()) < 150


def test_what_the_demo_prints_is_printed_by_the_code() -> None:
    """The words, that is: the times and numbers are of one run of it."""
    output = next(block for _, _, block in FENCED.findall(text(README)) if block.startswith("Setting up"))
    labels = re.findall(r"^(?:✓ (?!\d)([^:]+): |([A-Z][a-z, ]+)(?: \(\w+\))?$)", output, re.M)
    code = "".join(text(file) for file in (ROOT / "packages").glob("*/src/**/*.py"))
    code += "".join(text(file) for file in (ROOT / "scripts").rglob("*.py"))
    code += "Resources of infra/"  # a folder that the project file names
    assert [label for label in map("".join, labels) if label not in code] == []
    steps = re.findall(r"^  (\w+) +success", output, re.M)
    dag = text(ROOT / "dags" / "dag_glue_workflow.py")
    assert [step for step in steps if step not in dag] == []
    assert len(labels) == 5
    assert len(steps) > 5


def test_the_folder_map_has_every_folder() -> None:
    mapped = {cells[0].strip("`") for cells in rows(section(README, "Where things are"))}
    assert [folder for folder in mapped if not (ROOT / folder).is_dir()] == []
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {file.split("/")[0] for file in files.splitlines() if "/" in file}
    shown = {folder for folder in folders if not folder.startswith((".", '"'))}
    assert {folder.split("/")[0] for folder in mapped} == shown - {"docs"}


def test_the_input_columns_are_those_of_the_contracts() -> None:
    table = rows(section(README, "Day to day"))
    columns = {cells[0].strip("`"): tuple(re.findall(r"`([a-z_]+)`", " ".join(cells[2:]))) for cells in table}
    assert columns == {contract.folder: contract.columns for contract in INPUTS.values()}


def test_disk_and_memory_are_what_the_doctor_wants() -> None:
    needs = dict(rows(section(README, "What it needs")))
    assert f"{NEEDED_MEMORY_GB} GB" in needs["memory"]
    assert f"{NEEDED_DISK_GB} GB; " in needs["disk"]
    assert f"{IMAGES_GB[SLIM]} GB more for slim" in needs["disk"]
