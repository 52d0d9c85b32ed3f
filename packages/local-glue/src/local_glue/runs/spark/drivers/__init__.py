"""Driver JVMs that are started ahead of their run."""
