"""Python shell runs."""
