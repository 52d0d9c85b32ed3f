"""Hypothesis strategies: song catalogues and listens as awkward as real ones, small enough to print.

Ties, repeats, unknown tracks, one track under several genres, other scripts, spaces, and rows that must be
refused are all likely. A day is written as `D` or `E`, so that the user of an example says which two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st

Row = tuple[str, ...]
DELIVERIES = 3
FIRST_DAY = date(2000, 1, 1)

# Byte order differs from that of characters, of capitals, and of composed letters.
TRACKS = ("a", "B", "b", "é", "e\u0301", "東", "\U0001f3b5", "\ufb00", "z")
USERS = ("u", "U", "ü", "東", "u1", "u2")
GENRES = ("pop", "rock", "Pop", "r&b, soul", "演歌", "\U0001f3b5", "\ufb00", "jazz")
NAMES = (*TRACKS, "a,b", '"q"', "\\", "x\ny", "-1", "0", "", " ", "\u00a0", "\t")
CLOCKS = tuple(f"{hour}:00:0{second}" for hour in ("00", "09", "23") for second in range(3))

ODD = ("", " ", "  ", "\u00a0", "\t")
ODD_TRACKS = (" a", "a ", "a\n", *ODD)
ODD_USERS = ("u ", " u", *ODD)
ODD_GENRES = (" pop ", "pop\n", *ODD)
ODD_IDS = ("", " ", "01", " 2", "-3", "1.5", "x", "1" * 38, "1" * 39, "\u0663", "1\n")
ODD_DURATIONS = (" 1 ", "9999999999", "99999999999", "-1", "1.0", "", "1e3", "\u0663", "7\n", "+7")
ODD_TIMES = (
    *("DT00:00:00", "DT00:00:01Z", "Dt00:00:02z", "D 09:00:00+00:00", "D 09:00:00+01:00", " D 00:00:00 "),
    *("D 23:59:59.999999", "D 00:00:00.0", "D 24:00:00", "D 12:60:00", "D 23:59:60", "D 1:00:00", "D 00:00"),
    *("", "D", "D 10:00:00\n", "D 10:00:00Zz", "2023-02-29 10:00:00", "1899-12-31 23:59:59"),
)
SONG_COLUMNS = ("id", "track_id", "track_name", "artists", "track_genre", "duration_ms")
LISTEN_COLUMNS = ("user_id", "track_id", "listen_time")


@dataclass(frozen=True)
class Example:
    """A catalogue, and deliveries of listens in the order of their runs; a listen may be in several."""

    songs: list[Row]
    deliveries: list[list[Row]]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """A few genres, or many; listens split into up to three deliveries that overlap, in random order."""
    genres = GENRES[: draw(st.sampled_from((1, 2, 8)))]
    oddity = draw(st.sampled_from((0, 0.1, 0.5)))
    tracks = draw(st.sampled_from(((), TRACKS, TRACKS)))  # of which there is at least one row each
    song_count, listen_count = draw(st.sampled_from((0, 2, 8))), draw(st.sampled_from((1, 4, 12, 24, 40)))
    chance = draw(st.randoms(use_true_random=True))

    def one_of(usual: Sequence[str], odd: Sequence[str]) -> str:
        return chance.choice(odd if chance.random() < oddity else usual)

    numbers = [str(number) for number in range(30)]
    songs: list[Row] = [
        (
            one_of(numbers, ODD_IDS),
            track or one_of(TRACKS, ODD_TRACKS),
            chance.choice(NAMES),
            chance.choice(NAMES),
            one_of(genres, ODD_GENRES),
            one_of(numbers, ODD_DURATIONS),
        )
        for track in (*tracks, *[""] * song_count)
    ]
    listens: list[Row] = [
        (
            one_of(USERS, ODD_USERS),
            one_of(TRACKS, ODD_TRACKS),
            one_of([f"{chance.choice('DDDE')} {chance.choice(CLOCKS)}"], ODD_TIMES),
        )
        for _ in range(listen_count)
    ]
    listens += chance.choices(listens, k=chance.randint(0, 4))
    chance.shuffle(listens)
    first, second = sorted(chance.choices(range(len(listens) + 1), k=2))
    parts = [listens[:first], listens[first:second], listens[second:]]
    return Example(songs, [part for part in parts if part])


def made(count: int, seed: int) -> list[Example]:
    """So many different examples, the same for the same seed."""
    found: list[Example] = []

    @with_seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(examples())
    def collect(example: Example) -> None:
        found.append(example)

    collect()
    return found


def days_of(number: int) -> tuple[str, str]:
    first = FIRST_DAY + timedelta(days=3 * number)
    return first.isoformat(), (first + timedelta(days=1)).isoformat()


def own_track(number: int, track: str) -> str:
    """A track of this example alone, with the spaces it was written with; a blank one stays blank."""
    bare = track.lstrip(" ")
    return track[: len(track) - len(bare)] + f"{number}-{bare}" if bare else track


def own_time(number: int, time: str) -> str:
    first, second = days_of(number)
    return time.replace("D", first).replace("E", second)


def told_apart(all_examples: list[Example]) -> tuple[list[Row], list[list[Row]]]:
    """All examples in one: the rows of its songs file, and those of the listens of each run."""
    songs: list[Row] = []
    runs: list[list[Row]] = [[] for _ in range(DELIVERIES)]
    for number, example in enumerate(all_examples):
        songs += [(i, own_track(number, t), *rest) for i, t, *rest in example.songs]
        for run, delivery in zip(runs, example.deliveries, strict=False):
            run += [(u, own_track(number, t), own_time(number, at)) for u, t, at in delivery]
    return songs, runs


def drawn(count: int, seed: int) -> tuple[list[Row], list[list[Row]]]:
    """So many examples in one."""
    return told_apart(made(count, seed))
