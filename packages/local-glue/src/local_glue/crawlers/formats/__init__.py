"""Classifiers: from the bytes of an object to its format and schema."""
