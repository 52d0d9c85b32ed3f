"""The loader's batches against one update_item per row: the same table, the same items, in turns."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

TRACKS = 10_656  # track items of one real day
ONE_BY_ONE = 1_000  # enough to know the time of one
TABLE = "bench_track_level_reports"


@dataclass
class LoaderTimes:
    """Seconds per item, one number per round."""

    batched: list[float] = field(default_factory=list)
    one_by_one: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as fast the batches are."""
        return median(self.one_by_one) / median(self.batched)


def compare_loaders(settings: Settings, rounds: int) -> LoaderTimes:
    """Run `main` where the loader runs in truth: in the environment of the jobs."""
    env = child_environment(settings, {"PYTHONPATH": f"{settings.root / 'scripts'}:{settings.root / 'glue'}"})
    command = [str(settings.python("glue")), "-m", "music.bench.loader", str(rounds)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SandboxError(
            "the loader's benchmark to run", f"exit code {done.returncode}", "make bench", done.stderr
        )
    return LoaderTimes(**json.loads(done.stdout))


def main(rounds: int) -> None:
    """Write the same items both ways, in turns, and print the times as JSON."""
    import boto3

    from music_streams.batch_writer import write

    dynamodb: Any = boto3.client("dynamodb")
    key = [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in (("track_id", "HASH"), ("report_date", "RANGE"))
    ]
    types = [{"AttributeName": part["AttributeName"], "AttributeType": "S"} for part in key]
    dynamodb.create_table(
        TableName=TABLE, KeySchema=key, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
    times = LoaderTimes()
    try:
        for number in range(rounds):
            items = [_item(track, number) for track in range(TRACKS)]
            started = time.monotonic()
            write(dynamodb, TABLE, items, [])
            times.batched.append((time.monotonic() - started) / len(items))
            started = time.monotonic()
            for item in items[:ONE_BY_ONE]:
                _update(dynamodb, item)
            times.one_by_one.append((time.monotonic() - started) / ONE_BY_ONE)
    finally:
        dynamodb.delete_table(TableName=TABLE)
    print(json.dumps(asdict(times)))


def _item(track: int, number: int) -> dict[str, Any]:
    facts = {
        name: {"N": str(track + number)} for name in ("total_listens", "unique_users", "total_listening_time")
    }
    names = {
        "track_name": {"S": f"Track {track}"},
        "track_genre": {"S": "jazz"},
        "artists": {"S": "An Artist"},
    }
    return {"track_id": {"S": f"{track:022d}"}, "report_date": {"S": "2024-06-25"}, **facts, **names}


def _update(dynamodb: Any, item: dict[str, Any]) -> None:
    facts = [name for name in item if name not in {"track_id", "report_date"}]
    dynamodb.update_item(
        TableName=TABLE,
        Key={name: item[name] for name in ("track_id", "report_date")},
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in facts),
        ExpressionAttributeNames={f"#{name}": name for name in facts},
        ExpressionAttributeValues={f":{name}": item[name] for name in facts},
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
