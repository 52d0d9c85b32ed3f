"""Sets up what is missing. Standard library only: it runs before anything is installed."""
