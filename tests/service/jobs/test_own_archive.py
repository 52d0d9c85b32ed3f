"""archive/ in a bucket of its own: files go there, the folders of landing stay, and the audit looks there."""

from __future__ import annotations

from service.jobs.pipeline import SONGS, STREAMS, TEN_SONGS, Pipeline

LISTENS = "user_id,track_id,listen_time\nu1,t1,2024-06-25 10:00:00\n"


def test_files_go_to_the_archive_s_own_bucket_and_the_folders_of_landing_stay(pipeline: Pipeline) -> None:
    archive = pipeline.archive_apart()
    pipeline.deliver(f"{SONGS}songs.csv", TEN_SONGS)
    pipeline.deliver(STREAMS, b"")  # as a console makes a folder
    pipeline.deliver(f"{STREAMS}eu/a.csv", LISTENS)
    pipeline.run("one")

    (archived,) = pipeline.keys("", archive)
    assert archived.startswith("archive/")
    assert archived.endswith("Z_a.csv")
    body = pipeline.s3.get_object(Bucket=archive, Key=archived)["Body"].read().decode()
    assert body == LISTENS
    assert pipeline.keys("archive/") == []
    assert pipeline.keys(STREAMS) == [STREAMS]
    assert pipeline.disagreements() == {}

    # What was archived before there was a bucket for it is found where it is.
    pipeline.s3.copy_object(Bucket=pipeline.bucket, Key=archived, CopySource=f"{archive}/{archived}")
    pipeline.s3.delete_object(Bucket=archive, Key=archived)
    assert pipeline.disagreements() == {}
    pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=archived)
    assert "deliveries_are_in_one_place" in pipeline.disagreements()
