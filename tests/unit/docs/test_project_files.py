"""The files that hosts, editors and package tools read agree with the project."""

from __future__ import annotations

import re
import tomllib

import yaml
from deliveries import ROOT
from pages import text

from glue_sandbox.dev.lint import linters
from glue_sandbox.settings import load_settings


def test_every_package_that_is_asked_for_has_a_licence() -> None:
    licences = text(ROOT / "LICENSES.md").lower()
    asked = {
        re.split(r"[=<>\[]", line)[0].lower()
        for lock in (*ROOT.glob("locks/*.in"), *ROOT.glob("packages/*/src/*/setup/locks/*.in"))
        for line in text(lock).splitlines()
        if line and not line.startswith(("#", "-r", "-c"))
    }
    # One row names several of Airflow's providers, by the end of their names.
    short = {name: f"-{name.split('providers-')[-1]}" for name in asked}
    assert {name for name in asked if name not in licences and short[name] not in licences} == set()


def test_the_latest_version_of_the_changelog_is_the_project_s() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    versions = re.findall(r"^## (\d\S+) - \d{4}-\d\d-\d\d$", text(ROOT / "CHANGELOG.md"), re.M)
    assert versions[0] == project["version"]
    assert project["license"] == "Apache-2.0"


def test_a_hook_at_a_commit_is_a_check_of_make_lint_too() -> None:
    """As `make lint` has it, with the same options; the files are those that are committed."""
    hooks = yaml.safe_load(text(ROOT / ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    settings = load_settings({"PATH": "/bin"})
    tools = f"{settings.envs / 'dev' / 'bin'}/"
    checks = [" ".join(command).replace(tools, "") for _, command in linters(settings)]
    for hook in hooks:
        command = hook["entry"].removeprefix(".sandbox/envs/dev/bin/").removesuffix(" --force-exclude")
        assert command == "make lint" or any(check.startswith(command) for check in checks), hook["id"]
