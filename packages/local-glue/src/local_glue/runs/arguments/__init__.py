"""A run's arguments: which values win, which may be overridden, and which are ignored."""
