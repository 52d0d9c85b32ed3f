"""One real delivery, 11,346 listens of 113 genres: every number equals the answers that came with it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from deliveries import real_delivery, real_differences
from e2e.harness import Observation, Sandbox
from oracle import KEYS, differences, oracle_items

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def folder() -> Path:
    return real_delivery()


@pytest.fixture(scope="module")
def observed(folder: Path, sandbox: Sandbox) -> Observation:
    """After one run on it."""
    names = {"songs/songs.csv": "songs.csv", "users/users.csv": "users.csv"}
    names["user_streams/streams1.csv"] = "streams1.csv"
    sandbox.deliver({target: (folder / name).read_bytes() for target, name in names.items()})
    started = time.monotonic()
    run = sandbox.run_dag()
    print(f"real delivery: landing to archive in {time.monotonic() - started:.1f} s")
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


def test_no_difference_to_the_four_expected_files(observed: Observation) -> None:
    assert real_differences(observed.items) == []


def test_no_difference_to_the_oracle_in_any_table(folder: Path, observed: Observation) -> None:
    wanted = oracle_items([folder / "streams1.csv"], [folder / "songs.csv"])
    assert [line for table in KEYS for line in differences(table, wanted[table], observed.items[table])] == []


def test_every_listen_is_accounted_for(observed: Observation) -> None:
    row = observed.ledger["spotify_data/user_streams/streams1.csv"]
    assert row["rows"] == 11_346
    assert row["rows"] == row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"]


def test_the_file_is_archived_unchanged_and_gone_from_landing(
    folder: Path, sandbox: Sandbox, observed: Observation
) -> None:
    (key,) = observed.below("archive/")
    assert sandbox.read(f"archive/{key}") == (folder / "streams1.csv").read_bytes()
    assert sorted(observed.below("spotify_data/")) == ["songs/songs.csv", "users/users.csv"]
