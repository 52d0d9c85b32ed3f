"""Files broken in every way deliveries break: each has an outcome, and the good ones beside them too."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable

import pytest
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, FakeS3

from jobs import validate_input_files as job
from music_streams import csv_reader, layout, manifest
from music_streams.contracts import STREAMS

FOLDER = "spotify_data/user_streams/"
COUNT = 1500
HEADER = "user_id,track_id,listen_time\n"
TEXT = HEADER + '7,"a ""b"", c",2024-06-25 10:00:00\nü,東京,2024-06-25T10:00:01Z\n' * 3
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


BREAKS: list[Callable[[random.Random, bytes], bytes]] = [
    *(flipped, cut, encoded, reheaded, quoted, inserted, injected, ragged)
]


def broken_file(chance: random.Random, number: int) -> tuple[str, bytes]:
    """A name and a body, broken once to three times; every fourth file is compressed, before or after."""
    body = TEXT.encode()
    breaks = [huge] if number % 100 == 0 else chance.choices(BREAKS, k=chance.randint(1, 3))
    for each in breaks:
        body = each(chance, body) or b"\n"
    suffix = chance.choices((".csv", ".CSV", ".csv.gz", ".txt", ""), (70, 5, 15, 5, 5))[0]
    if number % 4 == 0:
        body, suffix = gzip.compress(body, 1), chance.choice((".csv.gz", ".csv.gz", ".csv"))
        body = chance.choice((flipped, cut, lambda _, whole: whole + b"junk", lambda _, whole: whole * 2))(
            chance, body
        )
    return f"{FOLDER}{number:05}{chance.choice(('', ' é', '/x', '%2F', '#?'))}{suffix}", body


@pytest.mark.parametrize("seed", [1])
def test_every_broken_file_has_an_outcome_and_good_ones_are_processed(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    bodies = dict(broken_file(chance, number) for number in range(COUNT))
    good = {f"{FOLDER}{number:05}-good.csv" for number in range(0, COUNT, 100)}
    bodies |= dict.fromkeys(good, TEXT.encode())
    for key, body in bodies.items():
        s3.deliver(key, body)
    ledger = FakeLedger()
    frozen = manifest.freeze(s3, BUCKET, layout.LANDING_PREFIX, "b1")  # type: ignore[arg-type]
    assert len(frozen.files) == len(bodies) >= COUNT

    monkeypatch.setattr("sys.argv", ["x", "--bucket", BUCKET, "--batch_id", "b1", "--ledger_table", "l"])
    monkeypatch.setattr(job, "clients", lambda: (s3, None))
    monkeypatch.setattr(job, "Ledger", lambda *_: ledger)
    monkeypatch.setattr(job, "say", lambda *_, **__: None)
    job.main()

    paper = json.loads(s3.text(layout.validated_key("b1")))
    accepted = {facts["key"]: facts for facts in paper["files"]}
    refused = {facts["key"]: facts for facts in paper["bad_files"]}
    assert accepted.keys() | refused.keys() == bodies.keys()
    assert not accepted.keys() & refused.keys()
    assert paper["skipped_files"] == []
    assert good <= accepted.keys()
    assert len(refused) > COUNT / 3, "most files must really be broken"
    assert len({facts["reason"].partition(":")[0] for facts in refused.values()}) >= 8

    for key, facts in accepted.items():
        assert (ledger.rows[key]["validation_status"], ledger.rows[key]["rows"]) == ("SUCCESS", facts["rows"])
        rows = s3.text(layout.staged_key("b1", "streams", facts["file_id"])).split("\n")[:-1]
        assert [json.loads(row)["row_number"] for row in rows] == list(range(1, facts["rows"] + 1))
        assert key in s3.objects
    for key, facts in refused.items():
        row = ledger.rows[key]
        assert (row["validation_status"], row["error"]) == ("FAILED", facts["reason"])
        copies = [name for name in layout.error_keys(key, facts["etag"]) if name in s3.objects]
        assert [s3.objects[name]["Body"] for name in copies] == [bodies[key]]
        assert layout.reason_key(copies[0]) in s3.objects
        assert key not in s3.objects


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_of_spreadsheets_are_text_like_any_other(formula: str) -> None:
    quoted = formula.replace('"', '""')
    body = f'{HEADER}"{quoted}",t,2024-06-25 10:00:00\n'.encode()
    (row,) = csv_reader.read_rows(io.BytesIO(body), "a.csv", STREAMS)
    assert (row.values["user_id"], row.problem) == (formula, None)
