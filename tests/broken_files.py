"""Stream files broken in every way deliveries break, from a seed; each brings listens of its own."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable

from music_streams.deliveries import csv_reader

FOLDER = "spotify_data/user_streams/"
HEADER = "user_id,track_id,listen_time\n"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")')


def flipped(chance: random.Random, body: bytes) -> bytes:
    """Some bytes changed, doubled or lost."""
    broken = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(broken))
        broken[at : at + 1] = chance.choice((bytes([chance.randrange(256)]), b"", bytes(broken[at : at + 9])))
    return bytes(broken)


def cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body))]


def encoded(chance: random.Random, body: bytes) -> bytes:
    names = ("utf-16", "utf-16-le", "utf-32", "latin-1", "shift_jis", "cp037", "utf-7", "utf-8-sig")
    return body.decode(errors="replace").encode(chance.choice(names), errors="replace")


def reheaded(chance: random.Random, body: bytes) -> bytes:
    names = ["user_id", "track_id", "listen_time", "", " USER_ID ", "user_id", "\ufeff", '"', "x" * 999]
    chance.shuffle(names)
    return ",".join(names[: chance.randint(0, 6)]).encode() + b"\n" + body.partition(b"\n")[2]


def quoted(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + chance.choice((b'"', b'""', b'"""', b'","', b'"x', b'\\"')) + body[at:]


def inserted(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body))
    odd = (b"\0", b"\r", b"\x1a", b"\xed\xa0\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\n\n\n")
    return body[:at] + chance.choice(odd) + body[at:]


def huge(chance: random.Random, body: bytes) -> bytes:
    size = csv_reader.MAX_FIELD + chance.choice((-1, 0, 1))
    return body + chance.choice((b"a" * size, b'1,"' + b"a\n" * (size // 2) + b'",x\n'))


def injected(chance: random.Random, body: bytes) -> bytes:
    return (
        body + f'"{chance.choice(FORMULAS).replace(chr(34), chr(34) * 2)}",t,2024-06-25 10:00:00\n'.encode()
    )


def ragged(chance: random.Random, body: bytes) -> bytes:
    return body + b",".join([b"x"] * chance.choice((1, 2, 4, 5000))) + b"\n"


def text_of(number: int) -> str:
    """Six rows, two listens."""
    clock = f"{10 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}"
    return HEADER + f'7,"a ""b"", c",2024-06-25 {clock}\nü,東京,2024-06-25T{clock}Z\n' * 3


BREAKS: list[Callable[[random.Random, bytes], bytes]] = [
    *(flipped, cut, encoded, reheaded, quoted, inserted, injected, ragged)
]


def broken_file(chance: random.Random, number: int) -> tuple[str, bytes]:
    """A key and a body, broken once to three times; every fourth file is compressed, before or after."""
    body = text_of(number).encode()
    breaks = [huge] if number % 100 == 0 else chance.choices(BREAKS, k=chance.randint(1, 3))
    for each in breaks:
        body = each(chance, body) or b"\n"
    suffix = chance.choices((".csv", ".CSV", ".csv.gz", ".txt", ""), (70, 5, 15, 5, 5))[0]
    if number % 4 == 0:
        body, suffix = gzip.compress(body, 1, mtime=0), chance.choice((".csv.gz", ".csv.gz", ".csv"))
        body = chance.choice((flipped, cut, lambda _, whole: whole + b"junk", lambda _, whole: whole * 2))(
            chance, body
        )
    return f"{FOLDER}{number:05}{chance.choice(('', ' é', '/x', '%2F', '#?'))}{suffix}", body


def mixed_files(chance: random.Random, broken: int, good_every: int) -> tuple[dict[str, bytes], set[str]]:
    """Bodies by key, broken ones and good ones among them; and the keys of the good ones."""
    bodies = dict(broken_file(chance, number) for number in range(broken))
    numbers = range(0, broken, good_every)
    good = {f"{FOLDER}{number:05}-good.csv": text_of(broken + number).encode() for number in numbers}
    return bodies | good, set(good)
