"""Delivered files: found by the manifest, read strictly, counted for the ledger, moved away in the end."""
