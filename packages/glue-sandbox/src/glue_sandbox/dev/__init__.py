"""Checks and test suites of this repository."""
