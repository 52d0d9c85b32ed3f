"""The project's sample data: which files `seed` delivers, and where they go."""
