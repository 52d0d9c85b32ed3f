"""Buckets of other regions: S3A signs for one region, unless it is told that of a bucket."""

from typing import Any

_BUCKET = "spark.hadoop.fs.s3a.bucket"


def region_properties(s3: Any, region: str) -> dict[str, str]:
    """Return Spark's settings for the buckets that are not of the run's region.

    On AWS a job reads them as any other: its client is led to their region. S3A of Hadoop 3.3 is not, and an
    emulator that knows regions answers it 301. An emulator that tells no region knows none.
    """
    buckets = s3.list_buckets().get("Buckets", [])
    elsewhere = {
        one["Name"]: one["BucketRegion"] for one in buckets if one.get("BucketRegion", region) != region
    }
    return {f"{_BUCKET}.{name}.endpoint.region": home for name, home in elsewhere.items()}
