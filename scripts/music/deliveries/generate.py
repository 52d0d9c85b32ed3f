"""Deterministic deliveries of any size: songs, users and stream files with the flaws real ones have.

Same arguments, same bytes. Memory stays constant: rows are written in blocks, never held.
The folders are those of seed/sample, so both are uploaded the same way. Names, days and ids are no others':
a generated delivery replaces no delivered file, changes no delivered day and no song that another file has.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import BinaryIO

from music.generated_days import FIRST_GENERATED_DAY

BLOCK = 20_000  # rows written at once
FILES_PER_DAY = 2  # a day never arrives in one piece
ROWS_PER_FILE = 1_000_000  # above this a day is cut into more files

# One row in so many:
DUPLICATE = 200  # repeats another row of its block
BAD = 1_000  # cannot be a listen
UNKNOWN_TRACK = 100  # names a track that no song file has
UNKNOWN_USER = 500  # comes from a user that no user file has
SECOND_GENRE = 200  # of the songs: has another row with another genre and a higher id
BAD_SONG = 500  # of the songs: has no usable duration, so its track stays unknown

GENRES = [
    *("pop", "rock", "jazz", "classical", "folk", "ambient", "Zydeco", "k-pop", "techno", "hip-hop"),
    *(
        "blues",
        "metal",
        "reggae",
        "samba",
        "fado",
        "演歌",
        "шансон",
        "r&b, soul",
        'rock "n" roll',
        "drum'n'bass",
    ),
]
WORDS = [
    "Night",
    "River",
    'The "Real" One',
    "Été",
    "Ночь",
    "夜",
    "Love, Again",
    "C:\\Music",
    "Ōkami",
    "Blue",
    "🎧",
    "ليل",
]
BAD_ROWS = [
    "u1,{track},yesterday",
    "u1,{track},{day} 25:61:00",
    "u1,{track},",
    ",{track},{day} 10:00:00",
    "u1,,{day} 10:00:00",
    "u1,{track}",
    "u1,{track},{day} 10:00:00,one field too many",
]
# How busy each hour of the day is, of 64: quiet nights, busy evenings.
HOURS = [
    hour
    for hour, share in enumerate([2, 1, 1, 1, 1, 1, 2, 3, 3, 3, 2, 2, 3, 3, 2, 2, 3, 4, 4, 5, 5, 5, 4, 2])
    for _ in range(share)
]
CLOCK = [f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(86_400)]


def generate(
    rows: int, days: int, seed: int, out_dir: Path, users: int | None = None, songs: int | None = None
) -> list[Path]:
    """Write `rows` stream rows over `days` days from 2001-01-01 on; return the files, songs and users first.

    There is a user for every 5 rows and a song for every 10, up to 50,000 and 10,000. Tracks are picked with
    a long tail, so that a few are played much and ties are everywhere.

    Raises:
        ValueError: a number is less than 1.
    """
    users = _share(rows, 5, 50_000) if users is None else users
    songs = _share(rows, 10, 10_000) if songs is None else songs
    for name, value in {"rows": rows, "days": days, "users": users, "songs": songs}.items():
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, not {value}")

    label = f"generated_{rows}_rows_{days}_days_seed_{seed}"
    random = Random(f"{seed}/{rows}/{days}/{users}/{songs}")  # noqa: S311 - reproducible on purpose
    salt = random.getrandbits(64)
    track_ids = [_track_id(number, salt) for number in range(songs)]
    user_ids = [f"g{number}" for number in range(1, users + 1)]

    written = [_write_songs(random, out_dir / "songs" / f"{label}.csv", track_ids)]
    written.append(_write_users(random, out_dir / "users" / f"{label}.csv", user_ids))
    folder = out_dir / "user_streams"
    folder.mkdir(parents=True, exist_ok=True)

    for day in range(days):
        rows_of_day = rows // days + (1 if day < rows % days else 0)
        pieces = max(FILES_PER_DAY, -(-rows_of_day // ROWS_PER_FILE))
        for piece in range(pieces):
            count = rows_of_day // pieces + (1 if piece < rows_of_day % pieces else 0)
            if count:
                date_text = (FIRST_GENERATED_DAY + timedelta(days=day)).isoformat()
                path = folder / f"{label}_{date_text}_{piece + 1:03d}.csv"
                with path.open("wb") as out:
                    _write_streams(random, out, count, date_text, track_ids, user_ids)
                written.append(path)

    return written


def _share(rows: int, rows_of_one: int, most: int) -> int:
    return max(1, min(rows // rows_of_one, most))


def _track_id(number: int, salt: int) -> str:
    """Return 22 characters, spread over the alphabet: neither the songs' order nor that of popularity."""
    digest = (number * 0x9E3779B97F4A7C15 + salt) % 2**64
    return f"{digest:016x}{number:06d}"


def _write_songs(random: Random, path: Path, track_ids: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(
            ["id", "track_id", "artists", "album_name", "track_name", "duration_ms", "track_genre"]
        )
        for number, track_id in enumerate(track_ids):
            writer.writerows(_song_rows(random, number, track_id))
    return path


def _song_rows(random: Random, number: int, track_id: str) -> Iterator[list[object]]:
    genre = int(len(GENRES) * random.random())
    title = f"{random.choice(WORDS)} {random.choice(WORDS)} {number}"
    artists = ";".join(f"Artist {random.randrange(900)}" for _ in range(1 + number % 2))
    duration: object = random.randrange(30_000, 600_000)
    if number % BAD_SONG == BAD_SONG - 1:
        duration = random.choice(["", "-1", "3:05"])
    yield [2 * number, track_id, artists, random.choice(WORDS), title, duration, GENRES[genre]]
    if number % SECOND_GENRE == SECOND_GENRE - 1:
        other = GENRES[(genre + 1) % len(GENRES)]
        yield [2 * number + 1, track_id, artists, random.choice(WORDS), title, duration, other]


def _write_users(random: Random, path: Path, user_ids: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["user_id", "user_name", "user_age", "user_country", "created_at"])
        for number, user_id in enumerate(user_ids, 1):
            name = f"{random.choice(WORDS)} {number}"
            age, country = (
                random.randrange(14, 90),
                random.choice(["France", "日本", "Côte d'Ivoire", "Peru"]),
            )
            writer.writerow([user_id, name, age, country, "2024-01-01"])
    return path


def _write_streams(
    random: Random, out: BinaryIO, rows: int, day: str, track_ids: list[str], user_ids: list[str]
) -> None:
    out.write(b"user_id,track_id,listen_time\n")
    for start in range(0, rows, BLOCK):
        count = min(BLOCK, rows - start)
        lines = list(_listens(random, count, day, track_ids, user_ids))
        _spoil(random, lines, day, track_ids)
        out.write(("\n".join(lines) + "\n").encode())


def _listens(
    random: Random, count: int, day: str, track_ids: list[str], user_ids: list[str]
) -> Iterator[str]:
    roll, tracks, users, hours = random.random, len(track_ids), len(user_ids), len(HOURS)
    for _ in range(count):
        luck = roll()
        track = track_ids[int(tracks * luck * luck * luck)]  # the cube makes the long tail
        moment = roll() * hours
        hour = int(moment)
        clock = CLOCK[HOURS[hour] * 3600 + int((moment - hour) * 3600)]
        yield f"{user_ids[int(users * roll())]},{track},{day} {clock}"


def _spoil(random: Random, lines: list[str], day: str, track_ids: list[str]) -> None:
    """Put the flaws of real deliveries into a block of rows, in place."""
    count = len(lines)
    for share, make in (
        (
            UNKNOWN_TRACK,
            lambda line: ",".join([line.split(",")[0], f"gone{random.randrange(50)}", line[-19:]]),
        ),
        (UNKNOWN_USER, lambda line: f"guest{random.randrange(50)}" + line[line.index(",") :]),
        (DUPLICATE, lambda _: lines[random.randrange(count)]),
        (BAD, lambda _: random.choice(BAD_ROWS).format(track=random.choice(track_ids), day=day)),
    ):
        for _ in range(count // share + (random.randrange(share) < count % share)):
            place = random.randrange(count)
            lines[place] = make(lines[place])
