"""What `glue-sandbox init` proposes for each example, compared with the example's own sandbox.toml."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT

from glue_sandbox.project.file import load_project
from glue_sandbox.scaffold.new_project import write_project


def table(partition: str, sort: str | None = None) -> dict[str, Any]:
    """A table of the project file that has keys alone."""
    return {"partition": partition, "sort": sort, "numbers": (), "indexes": {}}


def samples(to: str, *names: str) -> dict[str, Any]:
    """A table of sample data, in the data bucket."""
    return {"files": tuple(f"data/{name}" for name in names), "to": to, "bucket": None}


# What a look at the files alone cannot tell: proposed, and as the example's own file has it.
NOT_FOUND_OUT: dict[str, dict[str, tuple[Any, Any]]] = {
    "micro-batches": {
        "seed.reference": (samples("reference/", "songs.csv"), None),
        "seed.songs": (None, samples("reference/", "songs.csv")),
        "seed.plays": (None, samples("incoming/", "sample_plays.csv")),
        "name": ("micro-batches", "music-streams"),
        "buckets.folders": ((), ("incoming/",)),
        "buckets.landing": ("", "incoming/"),
        "buckets.archive": ("", "archive/"),
        "buckets.artifacts": ("micro-batches-artifacts", "music-streams-artifacts"),
        "jobs.define.glue_dynamo.python_version": ("3", "3.9"),
    },
    "astro-crawler": {
        "seed.songs": (None, samples("raw/songs/", "songs.csv")),
        "seed.users": (None, samples("raw/users/", "users.csv")),
        "seed.streams": (None, samples("raw/streams/", "streams1.csv")),
        "name": ("astro-crawler", "astro-music"),
        "databases": ((), ("music_catalog",)),
        "buckets.data": ("astro-crawler", "astro-music-data"),
        "buckets.artifacts": ("astro-crawler-artifacts", "astro-music-artifacts"),
        "buckets.others": ((), ("astro-music-archive",)),
        "buckets.folders": (
            (),
            tuple(f"{stage}/{of}/" for stage in ("raw", "processed") for of in ("streams", "songs", "users")),
        ),
        "buckets.landing": ("", "raw/streams/"),
        "jobs.define.compute_kpis.role": (None, "music-glue-role"),
        "roles.music-glue-role": (None, {"policy": Path("iam/music-glue-role.json")}),
        "crawlers.processed_music": (
            None,
            {
                "database": "music_catalog",
                "paths": ("s3://{data_bucket}/processed/streams/", "s3://{data_bucket}/processed/songs/"),
                "table_prefix": "",
                "role": "music-glue-role",
                "schedule": None,
            },
        ),
    },
    "team-pipeline": {
        "seed.user_streams.files": (
            ("data/later_streams.csv", "data/sample_streams.csv"),
            ("data/sample_streams.csv",),
        ),
        "buckets.folders": (
            (),
            ("spotify_data/songs/", "spotify_data/user_streams/", "spotify_data/users/"),
        ),
        "buckets.landing": ("", "spotify_data/user_streams/"),
        "buckets.archive": ("", "spotify_data/archive/"),
        "jobs.define.calculate_metrics_etl.role": (None, "team-glue-role"),
        "jobs.define.calculate_metrics_etl.timeout_minutes": (60, 15),
        "jobs.define.insert_metrics_dynamo.python_version": ("3", "3.9"),
        "jobs.define.insert_metrics_dynamo.role": (None, "team-glue-role"),
        "jobs.define.insert_metrics_dynamo.timeout_minutes": (60, 20),
        "roles.team-glue-role": (None, {"policy": Path("iam/team-glue-role.json")}),
    },
    "validated-pipeline": {
        "seed.songs": (None, samples("spotify_data/songs/", "songs.csv")),
        "seed.users": (None, samples("spotify_data/users/", "users.csv")),
        "seed.user_streams": (None, samples("spotify_data/user_streams/", "streams.csv")),
        "buckets.folders": (
            (),
            ("spotify_data/songs/", "spotify_data/user_streams/", "spotify_data/users/"),
        ),
        "buckets.landing": ("", "spotify_data/user_streams/"),
        "buckets.archive": ("", "spotify_data/archive/"),
        "jobs.define.calculate_metrics_etl.timeout_minutes": (60, 15),
        "jobs.define.insert_metrics_dynamo.python_version": ("3", "3.9"),
        "jobs.define.insert_metrics_dynamo.timeout_minutes": (60, 20),
    },
    "mwaa-lambda": {
        "seed.songs": (None, samples("data/raw/songs/", "songs.csv")),
        "seed.streams.files": (("data/streams1.csv", "data/streams2.csv"), ("data/streams1.csv",)),
        "name": ("mwaa-lambda", "music-streaming"),
        "buckets.folders": ((), ("data/raw/streams/", "data/raw/songs/", "data/raw/users/")),
        "buckets.landing": ("", "data/raw/streams/"),
        "buckets.archive": ("", "data/archive/"),
        "buckets.artifacts": ("mwaa-lambda-artifacts", "music-streaming-artifacts"),
        "jobs.define.validate_input_files.python_version": ("3", "3.9"),
        "jobs.define.archive_streams_files.python_version": ("3", "3.9"),
        **{
            f"jobs.define.{job}.role": (None, "GlueTransformKPIsRole")
            for job in (
                "validate_input_files",
                "transform_compute_kpis",
                "load_kpis_to_dynamodb",
                "archive_streams_files",
            )
        },
        "roles.GlueTransformKPIsRole": (None, {"policy": Path("iam/GlueTransformKPIsRole.json")}),
        "tables.MusicStreamingKPIs": (None, table("listen_date", "kpi_type")),
        "tables.TopSongsByGenre": (None, table("listen_date", "track_genre")),
        "tables.TopGenresByDay": (None, table("listen_date")),
        "functions.trigger_music_pipeline_dag.runtime": ("python3.13", "python3.9"),
        "functions.trigger_music_pipeline_dag.role": (None, "StartPipelineRole"),
        "functions.trigger_music_pipeline_dag.environment.MWAA_ENVIRONMENT": (None, "music-streaming-mwaa"),
        "roles.StartPipelineRole": (None, {"policy": Path("iam/StartPipelineRole.json")}),
        "airflow.environment_name": (None, "music-streaming-mwaa"),
        "events.stream_files": (
            None,
            {
                "bucket": None,
                "prefix": "data/raw/streams/",
                "suffix": ".csv",
                "dag": None,
                "function": "trigger_music_pipeline_dag",
            },
        ),
    },
}


def differences(one: Any, other: Any, key: str = "") -> dict[str, tuple[Any, Any]]:
    """Keys whose values differ, with both."""
    if isinstance(one, dict) and isinstance(other, dict):
        inside = [
            differences(one.get(name), other.get(name), f"{key}.{name}".strip(".")) for name in {*one, *other}
        ]
        return {name: values for each in inside for name, values in each.items()}
    return {} if one == other else {key: (one, other)}


def test_every_example_is_compared() -> None:
    examples = {path.parent.name for path in (ROOT / "examples").glob("*/sandbox.toml")}
    assert examples == set(NOT_FOUND_OUT)


@pytest.mark.parametrize("example", NOT_FOUND_OUT)
def test_the_proposed_file_of_an_example_is_its_own_but_for_what_is_known(
    tmp_path: Path, example: str
) -> None:
    own = load_project(ROOT / "examples" / example / "sandbox.toml")
    root = tmp_path / example
    shutil.copytree(own.root, root, ignore=shutil.ignore_patterns("sandbox.toml", ".sandbox"))
    write_project(root)
    proposed = load_project(root / "sandbox.toml")
    found = differences(proposed.model_dump(exclude={"root"}), own.model_dump(exclude={"root"}))
    assert found == NOT_FOUND_OUT[example]
