"""One real delivery, 11,346 listens of 113 genres: every number equals the answers that came with it."""

from __future__ import annotations

import pytest
from deliveries import REAL, real_differences
from e2e.harness import Observation, Sandbox
from oracle import KEYS, differences, oracle_items

pytestmark = [pytest.mark.e2e, pytest.mark.real_delivery, pytest.mark.timeout(1500)]

FILES = [str(REAL / name) for name in ("songs.csv", "users.csv", "streams1.csv")]


@pytest.fixture(scope="module")
def observed(sandbox: Sandbox) -> Observation:
    """After `sandbox seed` with one's own files; the S3 event starts the run."""
    said = sandbox.command("seed", *FILES)
    assert "The S3 event started the run s3__" in said
    (run,) = sandbox.settle()
    assert run.state == "success", sandbox.why(run)
    return sandbox.observe(run)


def test_no_difference_to_the_four_expected_files(observed: Observation) -> None:
    assert real_differences(observed.items) == []


def test_no_difference_to_the_oracle_in_any_table(observed: Observation) -> None:
    wanted = oracle_items([REAL / "streams1.csv"], [REAL / "songs.csv"])
    assert [line for table in KEYS for line in differences(table, wanted[table], observed.items[table])] == []


def test_every_listen_is_accounted_for(observed: Observation) -> None:
    row = observed.ledger["spotify_data/user_streams/streams1.csv"]
    assert row["rows"] == 11_346
    assert row["rows"] == row["rejected_rows"] + row["new_listens"] + row["duplicate_rows"]


def test_the_file_is_archived_unchanged_and_gone_from_landing(
    sandbox: Sandbox, observed: Observation
) -> None:
    (key,) = observed.below("archive/")
    assert sandbox.read(f"archive/{key}") == (REAL / "streams1.csv").read_bytes()
    assert sorted(observed.below("spotify_data/")) == ["songs/songs.csv", "users/users.csv"]
