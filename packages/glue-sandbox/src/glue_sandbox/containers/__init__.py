"""The sandbox as containers: one compose file, one project per sandbox."""
