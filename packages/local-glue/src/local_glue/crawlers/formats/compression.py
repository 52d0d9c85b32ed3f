"""The start of a compressed object, unpacked: the compressions that AWS's built-in classifiers read.

Source: "Built-in classifiers" in the Glue developer guide: ZIP (of one file), BZIP, GZIP, LZ4, Snappy.
"""

import bz2
import io
import zipfile
import zlib

import pyarrow as pa

_GZIP, _BZIP2, _ZIP, _LZ4 = b"\x1f\x8b", b"BZh", b"PK\x03\x04", b"\x04\x22\x4d\x18"
_SNAPPY_FRAMES = b"\xff\x06\x00\x00sNaPpY"
# These can't be unpacked without their end, or not piece by piece.
_WHOLE = {_ZIP: "zip", _LZ4: "lz4", _SNAPPY_FRAMES: "snappy"}
# A RuntimeError: a zip with a password, or of an unknown compression.
_BROKEN = (OSError, ValueError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, pa.ArrowException)
_FRAME_COMPRESSED, _FRAME_PLAIN = 0, 1
# What a piece of Snappy says of its length is believed up to here; writers make pieces of 64 to 256 KB.
_LONGEST_PIECE_BYTES = 16 * 1024 * 1024


class BadArchive(Exception):  # noqa: N818 - the object's fault, not this service's
    """The object begins like an archive but can't be unpacked."""


def compression(start: bytes, key: str) -> str:
    """Name the compression of an object by its first bytes; Hadoop's Snappy has no mark, but a key."""
    if start.startswith(_GZIP):
        return "gzip"
    if start.startswith(_BZIP2):
        return "bzip2"
    found = next((name for magic, name in _WHOLE.items() if start.startswith(magic)), None)
    return found or ("snappy" if key.endswith(".snappy") else "none")


def needs_all(name: str) -> bool:
    """Return whether a compression is unpacked only from the whole object."""
    return name in _WHOLE.values()


def unpacked(name: str, packed: bytes, limit: int) -> bytes:
    """Unpack at most `limit` bytes.

    Raises:
        BadArchive: it can't be unpacked.
    """
    try:
        if name == "gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, limit)
        if name == "bzip2":
            return bz2.BZ2Decompressor().decompress(packed, limit)
        if name == "lz4":
            with pa.CompressedInputStream(pa.BufferReader(packed), "lz4") as stream:
                plain: bytes = stream.read(limit)
                return plain
        if name == "snappy":
            is_framed = packed.startswith(_SNAPPY_FRAMES)
            return (_snappy_frames if is_framed else _snappy_blocks)(packed, limit)[:limit]
        return _only_file(packed, limit) if name == "zip" else packed[:limit]
    except _BROKEN as error:
        raise BadArchive(f"{name}: {error}") from error


def _only_file(packed: bytes, limit: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(names) != 1:
            raise BadArchive(f"zip: an archive of one file can be classified, found {len(names)}")
        with archive.open(names[0]) as file:
            return file.read(limit)


def _snappy_frames(packed: bytes, limit: int) -> bytes:
    """Unpack the framing format: a type, three bytes of length, a checksum, and the data."""
    plain, at = b"", 0
    while at + 4 <= len(packed) and len(plain) < limit:
        kind, length = packed[at], int.from_bytes(packed[at + 1 : at + 4], "little")
        data = packed[at + 8 : at + 4 + length]
        if kind == _FRAME_COMPRESSED:
            plain += _snappy(data)
        elif kind == _FRAME_PLAIN:
            plain += data
        at += 4 + length
    return plain


def _snappy_blocks(packed: bytes, limit: int) -> bytes:
    """Unpack Hadoop's format: per block its plain length, then pieces with their packed lengths."""
    plain, at = b"", 0
    while at + 8 <= len(packed) and len(plain) < limit:
        end = min(limit, len(plain) + int.from_bytes(packed[at : at + 4], "big"))
        at += 4
        while len(plain) < end:
            length = int.from_bytes(packed[at : at + 4], "big")
            plain += _snappy(packed[at + 4 : at + 4 + length])
            at += 4 + length
    return plain


def _snappy(piece: bytes) -> bytes:
    """Unpack one piece; its plain length comes first, seven bits a byte."""
    length, shift = 0, 0
    for byte in piece[:5]:
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if not piece:
        raise ValueError("a block ends before its data")
    if length > _LONGEST_PIECE_BYTES:
        raise ValueError(f"a piece of {length} bytes, more than {_LONGEST_PIECE_BYTES}")
    plain: bytes = pa.Codec("snappy").decompress(piece, length).to_pybytes()
    return plain
