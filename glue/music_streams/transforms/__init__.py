"""Rows in, rows out: what the Spark job does with the data. No session, no path, no Python per row."""
