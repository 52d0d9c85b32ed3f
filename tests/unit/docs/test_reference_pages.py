"""The pages that list something list all of it, as the code has it."""

from __future__ import annotations

import re

from deliveries import ROOT
from pages import rows, section, text

from glue_sandbox.docker.diagnoses import OF_A_CONTAINER, OF_DOCKER
from glue_sandbox.machine.mode import read_env_file
from glue_sandbox.project.file import load_project
from glue_sandbox.resources import DEFAULTS_FILE
from glue_sandbox.setting_variables import VARIABLES

DOCS = ROOT / "docs"
# Read where they are needed, and not a part of the settings: they say where these are, or are secrets.
BESIDE_THE_SETTINGS = {"SANDBOX_HOME", "SANDBOX_STATE", "AIRFLOW_PASSWORD", "LOCALSTACK_AUTH_TOKEN"}
SOURCES = ("packages", "scripts", "glue", "compose", "conftest.py")


def test_the_settings_page_has_every_variable_with_its_default() -> None:
    project = load_project(ROOT / "sandbox.toml")
    defaults = read_env_file(DEFAULTS_FILE) | {
        "AWS_REGION": project.region,
        "DATA_BUCKET": project.buckets.data,
        "ARTIFACT_BUCKET": project.buckets.artifacts,
    }
    page = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(text(DOCS / "settings.md"))}
    assert set(page) == set(VARIABLES) | BESIDE_THE_SETTINGS
    assert {name: page[name] for name in VARIABLES} == {name: defaults[name] for name in VARIABLES}


def test_the_commands_page_has_every_target_once_and_every_variable_of_theirs() -> None:
    makefile = text(ROOT / "Makefile")
    page = text(DOCS / "commands.md")
    listed = [cells[0].strip("`").removeprefix("make ") for cells in rows(page)]
    assert sorted(listed) == sorted(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.M))
    taken = dict(re.findall(r"^TAKES_([a-z0-9-]+) = (.*)$", makefile, re.M))
    options = {name for names in taken.values() for name in names.split()}
    named = set(re.findall(r"\b([A-Z_]{1,12})=", page))
    assert named == options - set(VARIABLES)


def test_every_diagnosis_of_docker_has_a_row_and_the_other_way_round() -> None:
    table = section(DOCS / "troubleshooting.md", "Containers")
    listed = set(re.findall(r"^\| `+ ?expected (.+?) ?`+ \|", table, re.M))
    known = {diagnosis.expected for diagnosis in (*OF_DOCKER, *OF_A_CONTAINER)}
    of_builds = {"image … built", "the base image …"}
    assert listed == known | of_builds | {"the container … to be healthy"}


def test_every_message_of_the_troubleshooting_page_is_in_the_code() -> None:
    places = [ROOT / source for source in SOURCES]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    # A sentence may go over two literals, and a name in it is a placeholder.
    code = re.sub(r'"\s*f?"', "", " ".join(text(file) for file in files))
    messages = [cells[0] for cells in rows(text(DOCS / "troubleshooting.md"))]
    quoted = [part for message in messages for part in re.findall(r"``? ?(.+?) ?``?(?=, | or |$)", message)]
    literal = [max(re.split(r"…|4566", part.removeprefix("expected ")), key=len).strip() for part in quoted]
    assert [part for part in literal if part not in code] == []
    assert len(literal) >= len(messages)


def test_every_term_stands_once() -> None:
    page = text(DOCS / "terms.md")
    terms = [cells[0].strip("*") for cells in rows(page)]
    assert len(terms) == len(set(terms)) > 0
