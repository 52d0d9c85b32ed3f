"""What a delivered file may cost: a crawl looks at its beginning, however much it unpacks to."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from glue_service.bombs import gzip_bomb

from local_glue.crawlers.formats.avro import MAGIC, classify_avro
from local_glue.crawlers.formats.classify import NotBuilt, read_schema
from local_glue.crawlers.formats.compression import BadArchive, unpacked
from local_glue.crawlers.formats.json_format import classify_json
from local_glue.crawlers.formats.schema import UNKNOWN
from local_glue.crawlers.targets.listing import S3Object

MEGABYTE = 1024 * 1024


@pytest.fixture
def little_memory() -> Iterator[None]:
    """Fail a test that needs more than 64 MB at once."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * MEGABYTE


@pytest.mark.usefixtures("little_memory")
def test_four_gigabytes_of_gzip_are_unpacked_for_one_megabyte() -> None:
    bomb = gzip_bomb(bytes(MEGABYTE), 4096)
    assert len(bomb) < 8 * MEGABYTE
    assert unpacked("gzip", bomb, MEGABYTE) == bytes(MEGABYTE)


@pytest.mark.usefixtures("little_memory")
def test_a_zip_with_a_large_member_is_unpacked_for_one_megabyte() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x", "w") as member:
        for _ in range(256):
            member.write(bytes(MEGABYTE))
    assert unpacked("zip", buffer.getvalue(), MEGABYTE) == bytes(MEGABYTE)


@pytest.mark.usefixtures("little_memory")
def test_what_a_piece_of_snappy_says_of_its_length_is_not_believed() -> None:
    of_two_gigabytes = b"\xff\xff\xff\xff\x07" + bytes(100)
    block = (2**31 - 1).to_bytes(4, "big") + len(of_two_gigabytes).to_bytes(4, "big") + of_two_gigabytes
    with pytest.raises(BadArchive, match="snappy: a piece of 2147483647 bytes, more than 16777216"):
        unpacked("snappy", block, MEGABYTE)


def test_a_zip_with_a_password_is_a_bad_archive() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x", "text")
    locked = bytearray(buffer.getvalue())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(header) + flags] |= 1
    with pytest.raises(BadArchive, match=r"zip: .*password required"):
        unpacked("zip", bytes(locked), MEGABYTE)


def test_an_archive_that_must_be_read_as_a_whole_is_read_up_to_256_megabytes() -> None:
    s3 = Mock()
    s3.get_object.return_value = {"Body": io.BytesIO(b"PK\x03\x04")}
    item = S3Object("b", "x.zip", 256 * MEGABYTE + 1)
    with pytest.raises(NotBuilt, match=r"s3://b/x.zip has 268435457 bytes: .* reads at most 268435456"):
        read_schema(s3, item)
    assert s3.get_object.call_count == 1


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000])
def test_json_of_a_hundred_thousand_levels_is_of_no_known_format(text: str) -> None:
    assert classify_json(text, is_whole=True) is None


def test_an_avro_schema_of_a_hundred_thousand_levels_is_of_no_known_format() -> None:
    schema = b'{"fields":[{"name":"a","type":' + b'{"type":' * 100_000 + b'"int"' + b"}" * 100_000 + b"}]}"
    header = _long(1) + _text(b"avro.schema") + _text(schema) + _long(0)
    assert classify_avro(MAGIC + header).classification == UNKNOWN


def _text(data: bytes) -> bytes:
    return _long(len(data)) + data


def _long(value: int) -> bytes:
    rest, encoded = value << 1, bytearray()
    while rest > 0x7F:
        encoded.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*encoded, rest])
