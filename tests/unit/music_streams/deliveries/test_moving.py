"""A moved file is copied, proven and only then deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from unit.fake_s3 import BUCKET, FakeS3, client_error

from music_streams.deliveries.moving import copy_verified, delete_original, taken_of

TARGETS = ("archive/a.csv", "archive/etag_a.csv")


def copy(s3: Any, etag: str, size: int = 7) -> str | None:
    return copy_verified(s3, BUCKET, "in/a.csv", etag, size, TARGETS)


def test_the_copy_holds_the_delivered_bytes(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    assert copy(s3, etag) == "archive/a.csv"
    assert s3.text("archive/a.csv") == "content"


def test_a_file_too_large_for_one_request_is_copied_in_parts_and_proven_by_its_bytes(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("music_streams.deliveries.moving.ONE_REQUEST", 6)
    monkeypatch.setattr("music_streams.deliveries.moving.COPY", TransferConfig(multipart_threshold=6))
    etag = s3.deliver("in/a.csv", b"content")
    assert copy(s3, etag) == "archive/a.csv"
    assert ("get_object", "archive/a.csv") in s3.calls
    del s3.objects["in/a.csv"]
    assert copy(s3, etag) == "archive/a.csv"


def test_a_repeated_copy_finds_its_own(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    copy(s3, etag)
    s3.calls.clear()
    assert copy(s3, etag) == "archive/a.csv"
    del s3.objects["in/a.csv"]
    assert copy(s3, etag) == "archive/a.csv"
    assert {operation for operation, _ in s3.calls} == {"head_object"}


def test_another_file_of_that_name_is_not_overwritten(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.deliver("archive/a.csv", b"another")
    assert copy(s3, etag) == "archive/etag_a.csv"
    assert s3.text("archive/a.csv") == "another"


def test_equal_bytes_under_another_etag_are_recognised(s3: FakeS3) -> None:
    """As S3 does with multipart uploads and KMS keys."""
    s3.copies_have_other_etags = True
    etag = s3.deliver("in/a.csv", b"content")
    assert copy(s3, etag) == "archive/a.csv"
    assert copy(s3, etag) == "archive/a.csv"
    del s3.objects["in/a.csv"]
    assert copy(s3, etag) == "archive/a.csv"


def test_a_copy_of_another_etag_that_differs_fails_and_keeps_the_original(s3: FakeS3) -> None:
    s3.copies_have_other_etags = True
    etag = s3.deliver("in/a.csv", b"content")
    original_copy = s3.copy_object

    def damage(*args: Any, **kwargs: Any) -> dict[str, Any]:
        answer = original_copy(*args, **kwargs)
        s3.deliver("archive/a.csv", b"CONTENT")
        return answer

    s3.copy_object = damage  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="not equal"):
        copy(s3, etag)
    assert s3.text("in/a.csv") == "content"


def test_with_every_name_taken_nothing_is_overwritten(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    for target in TARGETS:
        s3.deliver(target, b"another")
    with pytest.raises(RuntimeError, match=r"no free name for in/a\.csv"):
        copy(s3, etag)


@pytest.mark.parametrize("moment", ["head_object", "copy_object"])
def test_a_source_replaced_meanwhile_is_not_copied(s3: FakeS3, moment: str) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.before[moment] = lambda: s3.deliver("in/a.csv", b"another")
    assert copy(s3, etag) is None
    assert s3.keys() == ["in/a.csv"]


def test_a_source_replaced_after_the_copy_of_another_etag_is_left_and_the_copy_is_proven(s3: FakeS3) -> None:
    s3.copies_have_other_etags = True
    etag = s3.deliver("in/a.csv", b"content")
    first = s3.copy_object

    def then_replaced(*args: Any, **kwargs: Any) -> dict[str, Any]:
        answer = first(*args, **kwargs)
        s3.deliver("in/a.csv", b"another")
        return answer

    s3.copy_object = then_replaced  # type: ignore[method-assign]
    assert [copy(s3, etag), copy(s3, etag)] == ["archive/a.csv", "archive/a.csv"]
    assert s3.keys() == ["archive/a.csv", "in/a.csv"]
    assert (s3.text("archive/a.csv"), s3.text("in/a.csv")) == ("content", "another")


def test_a_copy_of_a_file_that_came_in_parts_is_proven_when_its_source_is_gone(s3: FakeS3) -> None:
    s3.deliver("in/a.csv", b"content")
    s3.objects["in/a.csv"]["ETag"] = '"of-parts-2"'
    assert copy(s3, "of-parts-2") == "archive/a.csv"
    del s3.objects["in/a.csv"]
    assert copy(s3, "of-parts-2") == "archive/a.csv"


def test_a_copy_of_a_run_that_ended_between_two_copies_is_proven_when_its_source_is_gone(s3: FakeS3) -> None:
    s3.copies_have_other_etags = True
    etag = s3.deliver("in/a.csv", b"content")
    s3.copy_object(BUCKET, "archive/a.csv", {"Bucket": BUCKET, "Key": "in/a.csv"})
    assert copy(s3, etag) == "archive/a.csv"
    del s3.objects["in/a.csv"]
    assert copy(s3, etag) == "archive/a.csv"


@pytest.mark.parametrize(("taken", "looks"), [(None, ["head_object"]), (set(), []), ({"other"}, [])])
def test_a_file_of_an_ordinary_etag_is_moved_by_a_copy_and_a_deletion(
    s3: FakeS3, taken: set[str] | None, looks: list[str]
) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.calls.clear()
    copy_verified(s3, BUCKET, "in/a.csv", etag, 7, TARGETS, taken=taken)  # type: ignore[arg-type]
    delete_original(s3, BUCKET, "in/a.csv", etag)  # type: ignore[arg-type]
    asked = [operation for operation, _ in s3.calls if operation != "put_object"]  # which the fake copies by
    assert asked == [*looks, "copy_object", "delete_object"]


def test_names_that_are_known_to_be_taken_are_looked_at(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.deliver("archive/a.csv", b"another")
    taken = {"archive/a.csv"}
    to = copy_verified(s3, BUCKET, "in/a.csv", etag, 7, TARGETS, taken=taken)  # type: ignore[arg-type]
    assert to == "archive/etag_a.csv"


def test_what_is_taken_is_told_by_listings_of_what_lies_between(s3: FakeS3) -> None:
    names = ["1/a", "1/b", "1/ä", "2/a", "2/sub/a", "3"]
    for name in ["0/a", *names, "4/a"]:
        s3.deliver(f"archive/{name}.csv", b"x")
    free = ["archive/1/aa.csv", "archive/2/b.csv", "archive/5/a.csv"]
    asked = [f"archive/{name}.csv" for name in reversed(names)]
    assert taken_of(s3, BUCKET, [*free, *asked]) == set(asked)  # type: ignore[arg-type]
    assert taken_of(s3, BUCKET, []) == set()  # type: ignore[arg-type]


def test_a_file_put_in_its_place_at_the_last_moment_is_not_deleted(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.before["delete_object"] = lambda: s3.deliver("in/a.csv", b"another")
    assert delete_original(s3, BUCKET, "in/a.csv", etag) is False  # type: ignore[arg-type]
    assert s3.text("in/a.csv") == "another"


def test_a_file_that_goes_at_the_last_moment_is_gone(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.before["delete_object"] = lambda: s3.objects.clear()
    assert delete_original(s3, BUCKET, "in/a.csv", etag) is False  # type: ignore[arg-type]


@pytest.mark.parametrize(("there_now", "is_deleted"), [(b"content", True), (b"another", False)])
def test_where_s3_knows_no_conditional_delete_the_look_before_it_decides(
    s3: FakeS3, there_now: bytes, is_deleted: bool
) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.deliver("in/a.csv", there_now)
    s3.before["delete_object"] = raises("NotImplemented")
    assert delete_original(s3, BUCKET, "in/a.csv", etag) is is_deleted  # type: ignore[arg-type]
    assert s3.keys() == ([] if is_deleted else ["in/a.csv"])


def test_a_delete_that_is_refused_fails(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.before["delete_object"] = raises("AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        delete_original(s3, BUCKET, "in/a.csv", etag)  # type: ignore[arg-type]
    assert s3.keys() == ["in/a.csv"]


def raises(code: str) -> Callable[[], None]:
    def refuse() -> None:
        raise client_error(code, "DeleteObject")

    return refuse


def test_only_the_delivered_object_is_deleted(s3: FakeS3) -> None:
    etag = s3.deliver("in/a.csv", b"content")
    s3.deliver("in/a.csv", b"another")
    assert delete_original(s3, BUCKET, "in/a.csv", etag) is False  # type: ignore[arg-type]
    new = s3.deliver("in/a.csv", b"third")
    assert delete_original(s3, BUCKET, "in/a.csv", new) is True  # type: ignore[arg-type]
    assert delete_original(s3, BUCKET, "in/a.csv", new) is False  # type: ignore[arg-type]
