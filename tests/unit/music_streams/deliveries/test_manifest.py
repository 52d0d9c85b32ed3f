"""Landing in, the list of files a run works on out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from unit.fake_s3 import BUCKET, FakeS3

from music_streams.deliveries import manifest
from music_streams.deliveries.manifest import DeliveredFile, ManifestMissingError
from music_streams.layout import LANDING_PREFIX


def freeze(s3: Any, batch_id: str = "b1") -> manifest.Manifest:
    return manifest.freeze(s3, BUCKET, LANDING_PREFIX, batch_id)


def test_everything_delivered_is_listed_over_several_pages(s3: FakeS3) -> None:
    etag = s3.deliver("spotify_data/user_streams/a b é.csv", b"12345")
    for name in ("x.txt", "sub/y.csv.gz", "z.csv"):
        s3.deliver(f"spotify_data/user_streams/{name}", name.encode())
    s3.deliver("spotify_data/songs/songs.csv", b"s")
    s3.deliver("spotify_data/users/users.csv", b"u")
    s3.deliver("spotify_data/elsewhere/no.csv", b"n")
    frozen = freeze(s3)
    assert frozen.of_kind("streams")[0] == DeliveredFile(
        "spotify_data/user_streams/a b é.csv", etag, 5, "2024-06-25T17:43:13Z", "streams"
    )
    assert [(file.kind, file.key.rpartition("/")[2]) for file in frozen.files] == [
        ("streams", "a b é.csv"),
        ("streams", "y.csv.gz"),
        ("streams", "x.txt"),
        ("streams", "z.csv"),
        ("songs", "songs.csv"),
        ("users", "users.csv"),
    ]


def test_markers_of_folders_are_no_work_and_known_as_what_they_are_but_an_empty_file_is_one(
    s3: FakeS3,
) -> None:
    s3.deliver("spotify_data/user_streams/", b"")
    s3.deliver("spotify_data/user_streams/sub/", b"")
    assert not freeze(s3).is_work
    s3.deliver("spotify_data/user_streams/empty.csv", b"")
    frozen = freeze(s3)
    assert [file.key for file in frozen.of_kind("streams")] == ["spotify_data/user_streams/empty.csv"]
    assert [file.key for file in frozen.of_kind(manifest.FOLDER_MARKER)] == [
        "spotify_data/user_streams/",
        "spotify_data/user_streams/sub/",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("_SUCCESS", "spark/_committed_123", "_metadata", "part-0.csv.crc", ".part-0.csv.crc"),
        *("spark_$folder$", ".DS_Store", "._a.csv", "sub/Thumbs.db", "desktop.ini"),
    ],
)
def test_what_tools_leave_beside_data_is_a_side_file_and_no_work(name: str, s3: FakeS3) -> None:
    s3.deliver(f"spotify_data/user_streams/{name}", b"x")
    assert not freeze(s3).is_work
    s3.deliver("spotify_data/user_streams/a.csv", b"a")
    kinds = {file.key.rpartition("/")[2]: file.kind for file in freeze(s3).files}
    assert kinds == {name.rpartition("/")[2]: "side_file", "a.csv": "streams"}


@pytest.mark.parametrize(
    "name", ["_late.csv", "_late.CSV.GZ", "a.txt", "crc.csv", "_x/a.csv", "a$folder$.csv"]
)
def test_other_names_are_deliveries(name: str, s3: FakeS3) -> None:
    s3.deliver(f"spotify_data/user_streams/{name}", b"x")
    assert [file.kind for file in freeze(s3).files] == ["streams"]


def test_without_stream_files_nothing_is_frozen(s3: FakeS3) -> None:
    s3.deliver("spotify_data/songs/songs.csv", b"s")
    assert freeze(s3).of_kind("streams") == []
    assert s3.keys("manifests/") == []


def test_notes_of_dates_are_work_and_a_later_one_waits_for_the_next_run(s3: FakeS3) -> None:
    s3.deliver("pending/", b"")
    assert not freeze(s3).is_work
    s3.deliver("pending/a.json", b"[]")
    frozen = freeze(s3)
    assert (frozen.files, frozen.pending, frozen.is_work) == ((), ("pending/a.json",), True)
    s3.deliver("pending/b.json", b"[]")
    assert manifest.read(s3, BUCKET, "b1").pending == ("pending/a.json",)  # type: ignore[arg-type]
    assert freeze(s3, "b2").pending == ("pending/a.json", "pending/b.json")


def test_a_note_is_never_frozen_without_the_songs_that_were_delivered_before_it(s3: FakeS3) -> None:
    """Between any two listings: somebody delivers corrected songs, and then asks to recompute dates."""
    moments = len(listings(s3, freeze))
    assert moments > 2
    for moment in range(moments):
        one = FakeS3()
        one.deliver("spotify_data/user_streams/a.csv", b"a")

        def correct(one: FakeS3 = one) -> None:
            one.deliver("spotify_data/songs/songs.csv", b"s")
            one.deliver("pending/a.json", b"[]")

        listings(one, freeze, after=moment, do=correct)
        frozen = manifest.read(one, BUCKET, "b1")  # type: ignore[arg-type]
        assert not frozen.pending or frozen.of_kind("songs"), f"after listing {moment + 1}"


def listings(
    s3: FakeS3,
    work: Callable[[Any], object],
    after: int = -1,
    do: Callable[[], None] = lambda: None,
) -> list[str]:
    """The prefixes that the work lists; something is done right after one of the listings."""
    seen: list[str] = []
    paginate = s3.paginate

    def listed(Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        yield from paginate(Bucket, Prefix)
        seen.append(Prefix)
        if len(seen) == after + 1:
            do()

    s3.paginate = listed  # type: ignore[method-assign, assignment]
    work(s3)
    return seen


def test_a_manifest_from_before_notes_were_frozen_is_read(s3: FakeS3) -> None:
    s3.deliver("spotify_data/user_streams/a.csv", b"a")
    freeze(s3)
    old = json.loads(s3.text("manifests/b1.json"))
    del old["pending"]
    s3.deliver("manifests/b1.json", json.dumps(old).encode())
    assert manifest.read(s3, BUCKET, "b1").pending == ()  # type: ignore[arg-type]


def test_a_frozen_manifest_is_not_widened_by_a_repeated_task(s3: FakeS3) -> None:
    s3.deliver("spotify_data/user_streams/a.csv", b"a")
    first = freeze(s3)
    s3.deliver("spotify_data/user_streams/b.csv", b"b")
    assert freeze(s3) == first == manifest.read(s3, BUCKET, "b1")  # type: ignore[arg-type]
    assert [file.key for file in freeze(s3, "b2").files] == [
        "spotify_data/user_streams/a.csv",
        "spotify_data/user_streams/b.csv",
    ]


def test_the_manifest_is_readable_json(s3: FakeS3) -> None:
    s3.deliver("spotify_data/user_streams/a.csv", b"a")
    freeze(s3)
    stored = json.loads(s3.text("manifests/b1.json"))
    assert set(stored) == {"batch_id", "created_at", "bucket", "files", "pending"}
    assert set(stored["files"][0]) == {"key", "etag", "size", "last_modified", "kind"}


def test_a_missing_manifest_says_which_step_to_run(s3: FakeS3) -> None:
    with pytest.raises(
        ManifestMissingError, match=r"expected s3://music-streams/manifests/b1.json.*check_files"
    ):
        manifest.read(s3, BUCKET, "b1")  # type: ignore[arg-type]


def test_a_batch_id_that_cannot_be_a_key_is_refused(s3: FakeS3) -> None:
    with pytest.raises(ValueError, match="batch_id"):
        freeze(s3, "scheduled__2024-06-25T17:00:00+00:00")
