"""Numbers with their noun, as messages have them."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return `1 file`, `2 files`, `1,000 files`; a noun that ends in -y gets -ies."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{count:,} {plural}"
