"""One transform, one file: each takes a Frame and gives a Frame."""
