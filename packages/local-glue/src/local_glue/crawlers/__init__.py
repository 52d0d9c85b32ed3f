"""Crawler runs: from S3 keys to tables and partitions of the catalog."""
