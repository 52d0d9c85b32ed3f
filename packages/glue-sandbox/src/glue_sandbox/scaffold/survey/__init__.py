"""Looks through a repository for what its sandbox.toml must say."""
