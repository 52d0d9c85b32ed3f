"""The override file by which Terraform goes to the sandbox."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from checkout import write_project

from glue_sandbox.commands.terraform import terraform
from glue_sandbox.deploy.terraform.inventory import record_what_is_there
from glue_sandbox.deploy.terraform.override import OVERRIDE, remove_override, write_override
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs import job_run
from glue_sandbox.project.file import load_project
from glue_sandbox.promote.content import content_of
from glue_sandbox.settings import Settings

MAIN = """
provider "aws" {
  region  = "eu-west-1"
  profile = "production"
}

provider "aws" {
  alias  = "elsewhere"
  default_tags {
    tags = { team = "music" }
  }
}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose Terraform files lie in tf/, and whose sandbox lies in a folder with a strange name."""
    (tmp_path / "tf").mkdir()
    (tmp_path / "tf" / "main.tf").write_text(MAIN)
    file = write_project(tmp_path, '[templates]\nterraform = "tf"\n')
    return Settings(project=load_project(file), state=tmp_path / "${state}", sandbox_port=4599)


def test_each_provider_goes_to_the_sandbox_and_the_state_lies_there(settings: Settings) -> None:
    file = write_override(settings)
    assert file == settings.project.root / "tf" / OVERRIDE
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    head, first, second = text.split('\nprovider "aws" {\n')
    state = str(settings.state / "terraform.tfstate").replace("${", "$${")
    assert f'backend "local" {{\n    path = "{state}"\n' in head
    assert '  region = "us-east-1"\n' in first
    assert '  alias = "elsewhere"\n' in second
    assert "region =" not in second
    for provider in (first, second):
        assert '  access_key = "test"\n  secret_key = "test"\n  token = null\n  profile = null\n' in provider
        assert "  s3_use_path_style = true\n  skip_credentials_validation = true\n" in provider
        addresses = dict(re.findall(r'^    (\w+) = "(.*)"$', provider, re.M))
        assert {"s3", "glue", "iam", "sts", "dynamodb", "sns", "lambda"} <= addresses.keys()
        assert set(addresses.values()) == {"http://localhost:4599"}


def test_what_was_written_before_is_no_provider_of_the_project(settings: Settings) -> None:
    assert 'alias = "elsewhere"' in write_override(settings).read_text()
    (settings.project.root / "tf" / "main.tf").write_text('provider "aws" {\n}\n')
    assert "alias" not in write_override(settings).read_text()


def test_it_is_removed_again(settings: Settings) -> None:
    file = write_override(settings)
    assert remove_override(settings)
    assert not file.exists()
    assert not remove_override(settings)


def test_the_command_says_what_to_type(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(settings.project.root / "dags")
    monkeypatch.setattr("glue_sandbox.commands.terraform.load_settings", lambda: settings)
    terraform(remove=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "next: terraform -chdir=../tf init -reconfigure && terraform -chdir=../tf apply" in said
    terraform(remove=True)
    said = " ".join(capsys.readouterr().out.split())
    assert said == "removed next: terraform -chdir=../tf init -reconfigure, which goes back to AWS"


def test_without_terraform_files_it_says_which_key_names_them(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "tf" / "main.tf").unlink()
    with pytest.raises(
        SandboxError, match=r"expected Terraform files in .*/tf, which templates\.terraform in"
    ):
        write_override(settings)
    other = load_project(write_project(tmp_path / "other"))
    with pytest.raises(
        SandboxError, match=r"terraform under \[templates\] in sandbox\.toml; found none; next:"
    ):
        write_override(Settings(project=other, state=tmp_path))


def test_what_terraform_has_made_is_found(settings: Settings) -> None:
    pages = {
        "list_tables": [{"TableNames": ["plays"]}],
        "get_jobs": [{"Jobs": [{"Name": "load"}]}, {"Jobs": [{"Name": "count"}]}],
        "get_crawlers": [{"Crawlers": []}],
        "get_databases": [{"DatabaseList": [{"Name": "music"}]}],
    }
    service = MagicMock()
    service.get_paginator = lambda name: MagicMock(**{"paginate.return_value": pages[name]})
    found = record_what_is_there(settings, lambda _: service, service)
    assert found.tables == {"plays": "plays"}
    assert found.glue == {"AWS::Glue::Job": ("load", "count"), "AWS::Glue::Database": ("music",)}


def test_a_job_that_terraform_made_since_is_looked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_: Settings) -> None:
        raise InterruptedError

    service = MagicMock()
    service.get_paginator = lambda _: MagicMock(**{"paginate.return_value": []})
    record_what_is_there(settings, lambda _: service, service)
    monkeypatch.setattr(job_run, "must_run", lambda _: None)
    monkeypatch.setattr(job_run, "deploy_changes", find)
    with pytest.raises(InterruptedError):
        job_run.run_job(settings, "count", [])


def test_terraform_itself_goes_to_aws(settings: Settings) -> None:
    with pytest.raises(
        SandboxError, match=r"found tf, which Terraform itself brings to AWS; next: glue-sand"
    ):
        content_of(settings.project)
