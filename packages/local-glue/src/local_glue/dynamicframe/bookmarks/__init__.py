"""Bookmarks of a run: which files and rows its sources have read before."""
