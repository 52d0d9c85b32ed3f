"""Commands of a project whose tests, templates and locks lie as in this tool's own checkout."""
