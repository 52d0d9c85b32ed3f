"""Partitions of tables: their values, the filters over them, and their indexes."""
