"""Every key of the data bucket, as design and plan fix it."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.project.file import load_project
from music_streams import layout
from music_streams.contracts import GENRE_DAILY_KPIS, TOP_GENRES_BY_DAY, TRACK_LEVEL_REPORTS

ETAG = "0123456789abcdef0123456789abcdef"
PROJECT_FILE = Path(__file__).resolve().parents[3] / "sandbox.toml"


def test_the_project_file_tells_scripts_of_the_same_folders() -> None:
    buckets = load_project(PROJECT_FILE).buckets
    assert (buckets.landing, buckets.archive) == (layout.LANDING_PREFIX, layout.ARCHIVE)


@pytest.mark.parametrize("good", ["scheduled__2024-06-25T170000.000000_0000", "manual~1", "a.b-c_d"])
def test_a_batch_id_that_can_stand_in_a_key_is_taken(good: str) -> None:
    assert layout.checked_batch_id(good) == good


@pytest.mark.parametrize("bad", ["", "a/b", "a b", "a:b", "a+b", "a\n", "../x", "ä"])
def test_a_batch_id_that_cannot_stand_in_a_key_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="batch_id: expected letters, digits"):
        layout.checked_batch_id(bad)


def test_the_same_key_with_other_content_is_another_file() -> None:
    assert layout.file_id("a", "1") == layout.file_id("a", "1") != layout.file_id("a", "2")
    assert len(layout.file_id("a", "1")) == 16


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("spotify_data/user_streams/a.csv", "streams"),
        ("spotify_data/songs/a.csv", "songs"),
        ("spotify_data/users/a.csv", "users"),
        ("spotify_data/other/a.csv", None),
        ("archive/user_streams/a.csv", None),
    ],
)
def test_a_files_kind_is_its_folder(key: str, kind: str | None) -> None:
    assert layout.kind_of(key) == kind


def test_a_file_lies_in_landing_below_its_folder() -> None:
    assert layout.landing_key("songs/a.csv") == "spotify_data/songs/a.csv"


def test_a_day_that_is_written_as_a_whole_has_one_file() -> None:
    partition = layout.output_partition(TRACK_LEVEL_REPORTS, "2024-06-25")
    assert layout.whole_part(partition) == "output/track_level_reports/report_date=2024-06-25/part-0.json"


def test_archive_names_depend_on_the_delivered_object_alone() -> None:
    keys = layout.archive_keys("spotify_data/user_streams/a b.csv", ETAG, "2024-06-25T17:43:13Z")
    assert keys == (
        "archive/2024/06/25/20240625T174313Z_a b.csv",
        "archive/2024/06/25/20240625T174313Z_01234567_a b.csv",
    )


def test_folders_below_the_landing_folder_are_kept_in_archive_and_error() -> None:
    key = "spotify_data/user_streams/eu/é/a.csv"
    assert layout.archive_keys(key, ETAG, "2024-06-25T17:43:13Z")[0] == (
        "archive/2024/06/25/eu/é/20240625T174313Z_a.csv"
    )
    assert layout.error_keys(key, ETAG) == (
        "error/user_streams/eu/é/a.csv",
        "error/user_streams/eu/é/01234567_a.csv",
    )
    assert layout.aside_keys("spotify_data/user_streams/eu/_SUCCESS", ETAG) == (
        "aside/user_streams/eu/_SUCCESS",
        "aside/user_streams/eu/01234567__SUCCESS",
    )
    assert layout.reason_key("error/a.csv") == "error/a.csv.reason.json"


@pytest.mark.parametrize(
    "below", ["é" * 480 + ".csv.gz", "f" * 960 + "/a.csv", "f" * 900 + "/" + "n" * 80 + ".csv"]
)
def test_a_name_too_long_for_s3_is_shortened_and_keeps_its_end(below: str) -> None:
    key = f"spotify_data/user_streams/{below}"
    assert len(key.encode()) <= 1024
    found = (*layout.archive_keys(key, ETAG, "2024-06-25T17:43:13Z"), *layout.error_keys(key, ETAG))
    assert len(set(found)) == 4
    suffix = below[-5:]
    for target in found:
        assert len(layout.reason_key(target).encode()) <= 1024
        assert target.endswith(suffix)
    others = layout.archive_keys(
        key.replace("user_streams/", "user_streams/x", 1), ETAG, "2024-06-25T17:43:13Z"
    )
    assert not set(others) & set(found)
    assert layout.archive_keys(key, ETAG, "2024-06-25T17:43:13Z") == found[:2], "a repetition finds its own"


def test_the_results_of_a_runs_steps_lie_under_its_batch_id() -> None:
    assert layout.manifest_key("b") == "manifests/b.json"
    assert layout.staged_key("b", "songs", "f") == "staging/b/songs/f.parquet"
    assert layout.validated_key("b") == "batches/b/validated.json"
    assert layout.calculated_key("b") == "batches/b/calculated.json"
    assert layout.archived_key("b") == "batches/b/archived.json"
    assert layout.pending_key("b") == "pending/b.json"


def test_results_lie_under_their_contract_and_date() -> None:
    assert layout.output_partition(GENRE_DAILY_KPIS, "2024-06-25") == "output/GenreDailyKPIs/date=2024-06-25/"
    assert layout.loaded_prefix(TOP_GENRES_BY_DAY, "2024-06-25") == "loaded/TopGenresByDay/2024-06-25/"
    assert layout.curated_partition("2024-06-25") == "curated/listens/listen_date=2024-06-25/"
    assert layout.rejected_prefix("users") == "rejected/users/"
