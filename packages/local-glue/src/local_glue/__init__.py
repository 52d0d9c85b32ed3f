"""Stands in for the AWS Glue API on this machine: it runs the jobs that emulators only store."""
