"""The tables [seed.NAME]: which files they are, and where each goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.sample_data.files import SampleFile, sample_files

SONGS = '[seed.songs]\nfiles = ["data/songs.csv"]\nto = "reference/"\n'
PLAYS = '[seed.plays]\nfiles = ["data/plays"]\nto = "incoming/"\n'


def project(root: Path, text: str) -> Project:
    for name in (
        "songs.csv",
        "plays/one.csv",
        "plays/day=1/two.csv",
        "plays/.hidden/three.csv",
        "plays/.four",
    ):
        (root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "data" / name).write_text(name)
    (root / "sandbox.toml").write_text(f'name = "small"\n{text}')
    return load_project(root / "sandbox.toml")


def urls(project: Project, *names: str) -> list[tuple[str, str]]:
    files = sample_files(project, "listens", names)
    return [(str(file.path.relative_to(project.root)), file.url) for file in files]


def test_files_and_folders_go_to_a_folder_of_the_data_bucket_in_the_file_s_order(tmp_path: Path) -> None:
    assert urls(project(tmp_path, SONGS + PLAYS)) == [
        ("data/songs.csv", "s3://listens/reference/songs.csv"),
        ("data/plays/day=1/two.csv", "s3://listens/incoming/day=1/two.csv"),
        ("data/plays/one.csv", "s3://listens/incoming/one.csv"),
    ]


def test_tables_can_be_named(tmp_path: Path) -> None:
    assert urls(project(tmp_path, SONGS + PLAYS), "songs") == [
        ("data/songs.csv", "s3://listens/reference/songs.csv")
    ]
    with pytest.raises(SandboxError) as caught:
        urls(project(tmp_path, SONGS + PLAYS), "song")
    error = caught.value
    assert (error.expected, error.found, error.next_command) == (
        "one of the tables [seed.NAME] in sandbox.toml: songs, plays",
        "'song'",
        "glue-sandbox seed songs",
    )


def test_a_pattern_and_another_bucket(tmp_path: Path) -> None:
    table = '[seed.all]\nfiles = ["data/*.csv", "data/songs.csv"]\nbucket = "other"\n'
    text = f'[buckets]\nothers = ["other"]\n{table}'
    assert sample_files(project(tmp_path, text), "listens") == [
        SampleFile(tmp_path / "data/songs.csv", "other", "songs.csv")
    ]


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("", "sample data in {root}/sandbox.toml: tables [seed.NAME] with files and to", "none"),
        (
            SONGS.replace("songs.csv", "*.parquet"),
            "{root}/data/*.parquet, which seed.songs.files in sandbox.toml names",
            "no such file, and no folder with one",
        ),
        (
            SONGS + SONGS.replace("[seed.songs]", "[seed.plays]").replace("data/", "data/plays/../plays/../"),
            "one file for s3://listens/reference/songs.csv",
            "{root}/data/songs.csv and {root}/data/plays/../plays/../songs.csv",
        ),
    ],
)
def test_what_cannot_be_delivered_is_named(tmp_path: Path, text: str, expected: str, found: str) -> None:
    with pytest.raises(SandboxError) as caught:
        urls(project(tmp_path, text))
    assert caught.value.expected == expected.format(root=tmp_path)
    assert caught.value.found == found.format(root=tmp_path)
    assert "sandbox.toml" in caught.value.next_command
