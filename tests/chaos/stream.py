"""A seeded stream of deliveries: what each round of a campaign sends, and what all of it comes to."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from random_deliveries import LISTEN_COLUMNS, SONG_COLUMNS, TRACKS, Row, days_of, made, own_time, own_track

BAD = {
    "not_utf8": b"user_id,track_id,listen_time\n\xff\xfe,a,b\n",
    "missing_column": b"user_id,track_id\n1,2\n",
}
CHANCE_OF_BAD, CHANCE_OF_REPEAT, CHANCE_OF_LATE = 0.3, 0.4, 0.5
GOOD_LISTENS = 20  # at least, in a file
EXAMPLES = 6  # made for a round; the largest is taken


@dataclass(frozen=True)
class Parcel:
    """What one round sends: names below the folder of stream files, and contents."""

    before: dict[str, bytes]
    """There when the round's first run begins."""
    during: dict[str, bytes]
    """Landing while that run is under way."""


@dataclass
class Stream:
    """All that was sent so far; rounds come in order, and each depends on the seed and its number alone."""

    seed: int
    songs: list[Row] = field(default_factory=list)
    listens: list[Row] = field(default_factory=list)
    """The rows of all good files."""
    _late: list[Row] = field(default_factory=list)
    _sent: dict[str, bytes] = field(default_factory=dict)

    def send(self, number: int) -> Parcel:
        """The next round's files; its days are its own, but for listens that are late."""
        chance = random.Random(f"{self.seed}/stream/{number}")  # noqa: S311
        example = max(
            made(EXAMPLES, hash_of(self.seed, number)),
            key=lambda each: (len(each.deliveries), len(each.songs)),
        )
        self.songs += [(i, own_track(number, t), *rest) for i, t, *rest in example.songs]
        self.songs.append(("7", own_track(number, TRACKS[0]), "a name", "someone", "pop", "1000"))
        deliveries: list[list[Row]] = [
            [(user, own_track(number, track), own_time(number, at)) for user, track, at in delivery]
            for delivery in example.deliveries
        ]
        first_day, _ = days_of(number)
        # However odd the example is, there are good listens in each of its files.
        files = [
            [
                *delivery,
                *(
                    (f"u{n % 4}", own_track(number, chance.choice(TRACKS)), f"{first_day} 1{place}:00:{n:02}")
                    for n in range(GOOD_LISTENS)
                ),
            ]
            for place, delivery in enumerate(deliveries)
        ]
        if self._late:
            files.append(self._late)
            self._late = []
        if len(files) > 1 and chance.random() < CHANCE_OF_LATE:
            self._late = files.pop()
        named = {f"{number:03}-{place}.csv": rows for place, rows in enumerate(files)}
        during_from = len(named) if len(named) == 1 or chance.random() < 0.5 else len(named) - 1
        contents = {name: content(LISTEN_COLUMNS, rows) for name, rows in named.items()}
        before = dict(list(contents.items())[:during_from])
        during = dict(list(contents.items())[during_from:])
        if self._sent and chance.random() < CHANCE_OF_REPEAT:
            name = chance.choice(sorted(self._sent))
            before[chance.choice((name, f"{number:03}-again-{name}"))] = self._sent[name]
        if chance.random() < CHANCE_OF_BAD:
            why = chance.choice(sorted(BAD))
            before[f"{number:03}-{why}.csv"] = BAD[why]
        self.listens += [row for rows in named.values() for row in rows]
        self._sent |= contents
        return Parcel(before, during)

    @property
    def songs_file(self) -> bytes:
        return content(SONG_COLUMNS, self.songs)

    @property
    def listens_file(self) -> bytes:
        return content(LISTEN_COLUMNS, self.listens)


def hash_of(seed: int, number: int) -> int:
    return random.Random(f"{seed}/example/{number}").getrandbits(32)  # noqa: S311


def content(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([columns, *rows])
    return text.getvalue().encode()
