"""The steps of a start."""
