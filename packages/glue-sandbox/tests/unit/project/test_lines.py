"""The line of the project file that a message speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.project.lines import line_of, with_line

TEXT = """\
name = "small"  # [jobs]
text = '''
[tables.a]
x = 1
'''
[jobs.define."my.job"] # x
script = "a.py"
arguments = { "--bucket" = "b" }
[tables.a]
  "partition" = "p"
indexes.i.partition = "q"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("name",), 1),
        (("jobs", "define", "my.job", "script"), 7),
        (("jobs", "define", "my.job", "arguments", "--bucket"), 8),
        (("jobs", "define", "my.job", "role"), 6),
        (("tables", "a", "indexes", "i", "partition"), 11),
        (("buckets", "data"), None),
    ],
)
def test_a_key_has_the_line_that_it_or_its_table_stands_in(key: tuple[str, ...], line: int | None) -> None:
    assert line_of(TEXT, key) == line


def test_what_has_no_line_is_told_without_one() -> None:
    assert with_line("none", TEXT, "buckets.data") == "none"
    assert with_line("'b'", TEXT, ["tables", "a", "sort"]) == "'b' (line 3)"  # of a text that looks like it


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[seed.a]\nfiles = []\n", "seed.a.files = [] (line 3)"),
        ('[seed.a]\nfiles = "data"\n', "seed.a.files = 'data' (line 3)"),
        ('[seed]\nfiles = ["data"]\n', "seed.files = ['data'] (line 3)"),
        ('[seed.a]\nfiles = ["a"]\nto = "/in"\n', "seed.a.to = '/in' (line 4)"),
        ('[seed.a]\nfiles = ["a"]\nto = "s3://b/"\n', "seed.a.to = 's3://b/' (line 4)"),
        ('[seed.a]\nfiles = ["a"]\ninto = "in/"\n', "seed.a.into = 'in/' (line 4)"),
        ("[seed.a]\n", "none (line 2)"),
        ('[seed.a]\nfiles = ["a"]\nbucket = "other"\n', "'other' (line 4)"),
        ('[tests]\ncommand = ""\n', "tests.command = '' (line 3)"),
        ('[jobs.define.a]\nscript = "a.py"\n', "no such file (line 3)"),
        ('[events.a]\ndag = "d"\n', "dag = 'd', and no Airflow to start it (line 3)"),
        ("[events.a]\n", "neither (line 2)"),
        ("version = 2\n", "version = 2 (line 2)"),
    ],
)
def test_every_error_of_the_file_names_its_line(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "sandbox.toml").write_text(f'name = "small"\n{text}')
    with pytest.raises(SandboxError) as caught:
        load_project(tmp_path / "sandbox.toml")
    assert caught.value.found == found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            '[seed.a]\nfiles = ["a"]\nto = "in"\n',
            "a folder, such as incoming/: / at its end, none at its begin, no s3://",
        ),
        ('[seed.a]\nfiles = "a"\n', "a list"),
        ('[seed]\nfiles = ["a"]\n', "a table"),
        ("[tests]\ncommand = 1\n", "a text"),
        ('[buckets]\ndata = "X"\n', "3 to 63 of small letters"),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_words_what_would(
    tmp_path: Path, text: str, wanted: str
) -> None:
    (tmp_path / "sandbox.toml").write_text(f'name = "small"\n{text}')
    with pytest.raises(SandboxError) as caught:
        load_project(tmp_path / "sandbox.toml")
    assert f"to be usable: {wanted}" in caught.value.expected
