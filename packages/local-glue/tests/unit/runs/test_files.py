"""What a run downloads lies in its own folder, under a name that a file can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_glue.runs.files import LaunchError, download


class NoS3:
    """Nothing is asked of it."""


@pytest.mark.parametrize("name", [".", "..", "a\0b", "x" * 256, "é" * 128])
def test_a_key_that_ends_in_no_file_name_fails_the_run_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(LaunchError, match=r"--script ends in no file name, or in one of more than 255 bytes"):
        download(NoS3(), f"s3://bucket/jobs/{name}", tmp_path / "run", "--script")
